"""What a card shows of a process: words and signs, no places and no colours of a theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ipcsim.gui.look.identity import Identity, thread_letters
from ipcsim.gui.look.words import in_words
from ipcsim.gui.narration.states import state_word
from ipcsim.gui.stage.arranging.plan import Form
from ipcsim.gui.stage.drawing.pen import OBJECT
from ipcsim.gui.stage.threads import ROWS, most_rows, rows_of_gone
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, ProcessAt

NAME_LENGTH = 22
VALUE_LENGTH = 16
ENDINGS = frozenset({State.ENDED, State.TERMINATED})
_AT_ONCE_NS = 200_000_000
"""A process that has done its work ends sooner, if nothing keeps it."""
WRONG = frozenset({State.CRASHED, State.KILLED})


@dataclass(frozen=True, slots=True)
class Row:
    """A thread in its process's card."""

    label: str
    text: str
    state: State
    away: bool


@dataclass(frozen=True, slots=True)
class Face:
    """All that is seen of a process, hashable: its picture is kept as long as it doesn't change."""

    label: str
    colour: int
    name: str
    state: State
    operation: str = ""
    line: str = ""
    sentence: str = ""
    away: bool = False
    """The badge has walked: it stands where the process waits."""
    chips: tuple[tuple[str, bool, int], ...] = ()
    """What it has read: value, stale, colour: its own, or, where a read is torn, the writer's."""
    watched: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    more_threads: int = 0
    more_gone: int = 0
    """Threads that are over and have no row."""
    crowd: tuple[State, ...] = ()
    """States of all its threads, where there are too many for rows: then these have none."""
    spread: int = 1
    """Columns that the rows stand in."""
    selected: bool = False


def face_of(
    process: ProcessAt,
    who: Identity,
    t: int,
    away: frozenset[int] = frozenset(),
    selected: bool = False,
    server: bool = False,
    form: Form = Form.CARD,
    spread: int = 1,
    room: int = ROWS,
    writers: Mapping[int, int] | None = None,
) -> Face:
    """The face of a process at ``t``.

    Args:
        away: actors whose badge stands elsewhere.
        server: it serves the others: nobody's colour.
        writers: colours of those who wrote in the middle of what it has read.
        spread: columns that the rows of its threads stand in.
        room: threads that there is room for.
        form: what isn't seen in it is left out, so that few pictures serve many processes.
    """
    colour = OBJECT if server else who.colour
    if form >= Form.MINI:
        label = who.label if form is Form.MINI else ""
        return Face(label, colour, "", process.state, selected=selected)
    main = process.actors[0] if process.actors else None
    threads = process.actors[1:]
    crowded = spread > 1 and len(threads) > most_rows(spread)
    rows, more_gone = ((), 0) if crowded else _rows(process, who, away, t, room, spread)
    operation = in_words(main.operation) if main else ""
    line = str(main.place.line) if main and main.place else ""
    return Face(
        who.label,
        colour,
        shortened_name(process.name),
        process.state,
        operation,
        line,
        _sentence(process, main, t),
        bool(main and main.actor in away),
        _chips(process, colour, writers or {}),
        tuple((name, _value(value)) for name, value in process.watched),
        rows,
        0 if crowded else max(len(threads) - most_rows(spread), 0),
        more_gone,
        tuple(actor.state for actor in threads) if crowded else (),
        spread,
        selected,
    )


def _chips(
    process: ProcessAt, colour: int, writers: Mapping[int, int]
) -> tuple[tuple[str, bool, int], ...]:
    """The last one read stands first; torn ones stand in the order of their elements."""
    chips = process.chips[-3:]
    if any(chip.torn is not None for chip in chips):
        chips = tuple(sorted(chips, key=lambda chip: (chip.object, chip.index or 0)))
    return tuple(
        (_value(c.label), c.stale, colour if c.torn is None else writers.get(c.torn, colour))
        for c in chips
    )


def _rows(
    process: ProcessAt, who: Identity, away: frozenset[int], t: int, room: int, spread: int
) -> tuple[tuple[Row, ...], int]:
    """Threads that live and, where there is room, those that are over; how many of these have
    none."""
    living = process.actors[1 : most_rows(spread) + 1]
    count = len(process.gone) + process.gone_before
    shown, beyond = rows_of_gone(len(living), count, room, spread)
    rows = [(actor.thread, _row(who, actor, away, t)) for actor in living]
    rows += [(actor.thread, _gone(who, actor)) for actor in process.gone[::-1][:shown]]
    # In the order of their beginnings: nobody moves because somebody has ended.
    return tuple(row for _thread, row in sorted(rows, key=lambda row: row[0])), beyond


def _gone(who: Identity, actor: ActorAt) -> Row:
    """A thread that is over: its name, and the kind of exception where one ended it."""
    how = actor.sentence.partition(":")[0] or _("ended")
    return Row(thread_label(who, actor.thread), f"{actor.name} · {how}", actor.state, False)


def _row(who: Identity, actor: ActorAt, away: frozenset[int], t: int) -> Row:
    text = in_words(actor.operation) or actor.name
    if actor.state is State.ASLEEP:
        text = _asleep(actor.deadline, t)
    return Row(thread_label(who, actor.thread), text, actor.state, actor.actor in away)


def thread_label(who: Identity, thread: int) -> str:
    """``2a``, ``2b``, ...: threads of process 2; the process's own label for its main thread."""
    if thread == 0:
        return who.label
    return f"{who.label}{thread_letters(thread)}"


def _sentence(process: ProcessAt, main: ActorAt | None, t: int) -> str:
    state = process.state
    if state is State.STARTING:
        return _("starting … {seconds} s").format(seconds=_tenths(t - process.since))
    if state is State.ASLEEP:
        return _asleep(main.deadline if main else None, t)
    if state is State.HELD:
        return _("held {seconds} s").format(seconds=_tenths(t - process.since))
    if state is State.ENDING:
        known = process.detail or reason(main.sentence if main else "")
        hangs = t - process.since > _AT_ONCE_NS
        return known or (_("can't end yet") if hangs else _("ending"))
    if state is State.ENDED:
        if process.exit_code is None:
            return _("ended")
        return _("exit {code}").format(code=process.exit_code)
    if state is State.TERMINATED:
        return state_word(state.told(process.exit_code))
    if state in WRONG:
        return process.detail or (_("killed") if state is State.KILLED else _("crashed"))
    if main and state is State.WAITING:
        return reason(main.sentence)
    if main and state is State.OUTSIDE:
        return main.sentence
    return ""


def reason(sentence: str) -> str:
    """The part of "worker-1 waits in `lock.acquire()` (line 9): reason." that the card doesn't say
    already."""
    after = sentence[sentence.rfind("`") + 1 :]
    for colon in (": ", "："):
        if colon in after:
            return after.split(colon, 1)[1].rstrip(".。")
    return sentence.rstrip(".。")


def _asleep(deadline: int | None, t: int) -> str:
    left = _tenths(max((deadline or t) - t, 0))
    if left == "0.0":  # for some milliseconds, or nobody knows how long
        return _("asleep")
    return _("asleep, {seconds} s left").format(seconds=left)


def _tenths(ns: int) -> str:
    return f"{ns / 1e9:.1f}"


def shortened_name(name: str, length: int = NAME_LENGTH) -> str:
    """A name of at most ``length`` characters; its end, where the number is, stays."""
    if len(name) <= length:
        return name
    end = max(length // 2 - 1, 4)
    return f"{name[: length - end - 1]}…{name[-end:]}"


def _value(label: str) -> str:
    return label if len(label) <= VALUE_LENGTH else label[: VALUE_LENGTH - 1] + "…"
