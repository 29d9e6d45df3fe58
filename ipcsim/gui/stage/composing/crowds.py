"""Many processes: the heading of a group, and its histogram when there are too many for tiles."""

from __future__ import annotations

from collections import Counter

from ipcsim.gui.look.theme import mix
from ipcsim.gui.narration.states import state_word
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.arranging.plan import Form, Group
from ipcsim.gui.stage.drawing.pen import DASHED, OBJECT, RIGHT, Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.scene import Scene
from ipcsim.language import _, ngettext
from ipcsim.supervisor.messages import State

Counts = Counter[tuple[State, State]]
"""How many are in which state, beside it the one that its word is of: kill() isn't terminate()."""
_WRONG = (State.CRASHED, State.KILLED)
_ORDER = (
    State.RUNNING,
    State.READY,
    State.OUTSIDE,
    State.WAITING,
    State.ASLEEP,
    State.HELD,
    State.STARTING,
    State.ENDING,
    State.ENDED,
    State.TERMINATED,
    State.CRASHED,
    State.KILLED,
)


def compose_groups(scene: Scene) -> list[Op]:
    """Headings of groups, and the boxes of those without tiles."""
    ops = []
    for group in scene.plan.groups:
        shown = [scene.processes.get(p) for p in group.whole or group.members]
        states = Counter((at.state, at.state.told(at.exit_code)) for at in shown if at)
        colour = scene.colour(group.members[0]) if group.members else OBJECT
        if group.begins:
            ops.append(_heading(scene, group, states))
        if group.form is Form.BOX:
            counts = tuple(sorted(states.items(), key=lambda item: _ORDER.index(item[0][0])))
            ops.append(op(histogram, group.box, counts, colour))
    return ops


def _heading(scene: Scene, group: Group, states: Counts) -> Op:
    number = len(group.whole or group.members)
    # What it is going to do is known only when it has begun.
    role = group.role or _("new")
    said = f"{role} × {number}"
    wrong = sum(n for (state, _told), n in states.items() if state in _WRONG)
    # The smaller news are said: few wait, or few run.
    interesting = [(told, n) for (state, told), n in states.items() if state not in _WRONG]
    interesting.sort(key=lambda pair: (pair[0] is State.RUNNING, -pair[1]))
    note = ", ".join(f"{n} {state_word(told)}" for told, n in interesting[:2])
    bad = ngettext("{n} died", "{n} died", wrong).format(n=wrong) if wrong else ""
    first = note.split(",", 1)[0]
    return op(heading, group.heading, said, note, first, bad)


def heading(pen: Pen, rect: Rect, said: str, note: str, short: str, bad: str) -> None:
    """``producer × 20   14 waiting, 6 running``; ``short`` where there is little room."""
    s, c = pen.sizes, pen.palette
    used = pen.text(rect, said, pen.heading, c.text, middle=True)
    x = rect.x + used + s.px(14)
    if pen.width(note, pen.small) > rect.right - x:
        note = short
    used = pen.text(Rect(x, rect.y, rect.right - x, rect.h), note, pen.small, c.text)
    if bad:
        x += used + s.px(10)
        pen.text(Rect(x, rect.y, rect.right - x, rect.h), bad, pen.small_bold, c.red)


def histogram(
    pen: Pen, rect: Rect, counts: tuple[tuple[tuple[State, State], int], ...], colour: int
) -> None:
    """How many are in which state, as bars: filled = running, outlined = waiting."""
    s, c = pen.sizes, pen.palette
    pen.box(rect, s.px(7), c.surface, pen.who(colour), pen.stroke)
    inner = rect.inset(s.px(10), s.px(6))
    row = min(inner.h / max(len(counts), 1), s.label * 1.3)
    top = inner.y + (inner.h - row * len(counts)) / 2
    words = max((pen.width(state_word(told), pen.small) for (_s, told), _n in counts), default=0.0)
    figures = max((pen.width(str(n), pen.small_bold) for _k, n in counts), default=0.0)
    room = inner.w - words - figures - s.px(16)
    most = max((n for _k, n in counts), default=1)
    for index, ((state, told), number) in enumerate(counts):
        y = top + index * row
        wrong = state in _WRONG
        pen.text(
            Rect(inner.x, y, words, row), state_word(told), pen.small, c.red if wrong else c.dim
        )
        bar = Rect(
            inner.x + words + s.px(8), y + row * 0.2, max(room * number / most, 2), row * 0.6
        )
        ink = c.red if wrong else pen.who(colour)
        if state is State.RUNNING or wrong:
            pen.box(bar, s.px(2), ink)
        elif state in (State.ENDED, State.TERMINATED):
            pen.box(bar, s.px(2), mix(c.surface, c.faint, 0.5))
        else:
            pen.box(bar, s.px(2), None, ink, pen.stroke * 0.7, DASHED)
        pen.text(
            Rect(inner.right - figures, y, figures, row), str(number), pen.small_bold, c.text, RIGHT
        )
