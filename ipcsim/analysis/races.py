"""Which accesses to shared data does nothing put in order, even if this run went well?

By happened-before over everything that processes wait for (:mod:`ipcsim.trace.conflicts`). A
Value's own lock makes one access whole, so on Values, Arrays and a manager's data a race is an
update or a check that another's write may fall into, or a single read whose outcome is left to
chance; a flag that is read again and again until it changes is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ipcsim.analysis.access_roles import Roles
from ipcsim.analysis.finding import NOTICE, WRONG, Finding, locations, thread_name
from ipcsim.analysis.lost_updates import SHARING, hold_a_lock
from ipcsim.events import ObjectKind
from ipcsim.language import _
from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.conflicts import Conflict, conflicts
from ipcsim.trace.history import History

_RANK = {"check_then_act": 0, "update": 1, "raw": 2, "read": 3, "overwrite": 4}


@dataclass(frozen=True, slots=True)
class _Race:
    sort: str
    conflict: Conflict
    own: tuple[int, int]
    """What belongs together: read or check, and write; twice the same for a single access."""
    other: int
    """The access that can fall in between."""


def find(trace: History) -> list[Finding]:
    """For each object the gravest race; checks that guard nothing besides."""
    if trace.lost:
        return []
    by_object: dict[int, list[_Race]] = {}
    roles: dict[int, Roles] = {}
    for conflict in conflicts(trace).found:
        one = accesses(trace, conflict.obj)
        if len(one.losing):
            continue  # told as lost updates
        if conflict.obj not in roles:
            roles[conflict.obj] = Roles(one)
        race = _judge(roles[conflict.obj], conflict)
        if race is not None:
            by_object.setdefault(conflict.obj, []).append(race)
    found = []
    for obj, races in by_object.items():
        gravest = min(races, key=lambda race: _RANK[race.sort])
        found.append(_finding(accesses(trace, obj), roles[obj], gravest))
    return sorted(found, key=lambda finding: finding.time)


def _judge(roles: Roles, conflict: Conflict) -> _Race | None:
    """What a conflict is, or None if it does no harm."""
    pair = (conflict.first, conflict.second)
    for own, other in (pair, pair[::-1]):
        check = roles.check(own)
        if check is not None and roles.writes[other]:
            if roles.raises_flag(check[1]):
                return None  # who comes first makes no difference
            return _Race("check_then_act", conflict, check, other)
    for own, other in (pair, pair[::-1]):
        update = roles.update(own)
        if update is not None and roles.writes[other]:
            return _Race("update", conflict, update, other)
    # A thing of a condition or an update is told by its other pairs.
    first, second = pair
    if roles.writes[first] and roles.writes[second]:
        if roles.raises_flag(first) and roles.raises_flag(second):
            return None
        return _Race("overwrite", conflict, (first, first), second)
    read, write = (second, first) if roles.writes[first] else (first, second)
    if roles.is_polled(read) or roles.update(write) is not None:
        return None
    plain = roles.one.trace.registry.all[conflict.obj].kind == ObjectKind.SHAREABLE_LIST
    return _Race("raw" if plain else "read", conflict, (read, read), write)


def _finding(one: Accesses, roles: Roles, race: _Race) -> Finding:
    trace = one.trace
    name = one.parts.name(race.conflict.element)
    (begin, end), other = race.own, race.other
    begin_place, end_place = roles.place(begin), roles.place(end)
    other_place = roles.place(other)
    words = {
        "name": name,
        "who": thread_name(trace, int(roles.actors[begin])),
        "other": thread_name(trace, int(roles.actors[other])),
        "begin": trace.at_line(begin_place),
        "end": trace.at_line(end_place),
        "line": trace.at_line(other_place),
    }
    rows = [roles.one.row(at) for at in sorted({begin, end, other})]
    times = [trace.store.time(int(one.column("ordinal")[at])) for at in sorted({begin, end, other})]
    actors = [int(roles.actors[at]) for at in (begin, other)]
    finding = Finding(
        "data_race",
        "",
        "",
        tuple(dict.fromkeys(trace.actors[actor].process for actor in actors)),
        (one.obj,),
        locations(begin_place, end_place, other_place),
        times[0],
        tuple(rows),
        happened=False,
        moments=tuple(times[1:]),
    )
    if race.sort == "check_then_act":
        return _check(one, roles, race, finding, words)
    if race.sort == "update":
        return replace(
            finding,
            sentence=_(
                "Data race on {name}: {who} reads it and writes it back (line {end}), {other} "
                "writes it too (line {line}), and nothing keeps the one out while the other is at "
                "it. This run lost nothing; another order of the same steps would."
            ).format(**words),
            explanation=_explain_update(),
            remedy=hold_a_lock(trace, one.obj),
            reference=SHARING,
        )
    if race.sort == "overwrite":
        return replace(
            finding,
            sentence=_(
                "{who} (line {end}) and {other} (line {line}) both write {name}, in no order: who "
                "comes last decides what stays."
            ).format(**words),
            explanation=_(
                "Two writes that nothing puts in order are a race, even if each is whole: the "
                "result depends on the scheduler."
            ),
            remedy=_("Let one process write, or give each an element of its own."),
            severity=NOTICE,
        )
    return replace(
        finding,
        sentence=_(
            "{who} reads {name} (line {begin}), {other} writes it (line {line}), and nothing says "
            "who comes first: whether the old or the new value is read is left to chance."
        ).format(**words),
        explanation=_(
            "Happened-before: a release before the next acquire, a put before its get, a start "
            "before the child, an end before its join, all arrivals at a barrier before all "
            "departures. No chain of these leads from one of the two accesses to the other."
        ),
        remedy=_(
            "Let the reader wait for the writer: a Barrier between the phases, an Event, a "
            "message in a Queue, or join()."
        ),
        # What decides what the program does next had better be certain.
        severity=WRONG if race.sort == "raw" or roles.decides(begin) else NOTICE,
    )


def _check(
    one: Accesses, roles: Roles, race: _Race, finding: Finding, words: dict[str, str]
) -> Finding:
    (begin, end), trace = race.own, one.trace
    words["name"] = one.parts.name(int(roles.elements[begin]))
    between = roles.between(begin, end)
    rival = race.other
    if between >= 0:
        rival = between
        words["other"] = thread_name(trace, int(roles.actors[between]))
        words["line"] = trace.at_line(roles.place(between))
        sentence = _(
            "{who} looks at {name} (line {begin}) and then acts on what it saw (line {end}); in "
            "between {other} has changed it (line {line}), so what was seen held no longer."
        )
    else:
        if roles.actors[begin] == roles.actors[race.other]:
            # The best example of the check is the other one's own: both do the same.
            pair = (race.conflict.first, race.conflict.second)
            rival = next(at for at in pair if roles.actors[at] != roles.actors[begin])
            words["other"] = thread_name(trace, int(roles.actors[rival]))
            words["line"] = trace.at_line(roles.place(rival if roles.writes[rival] else end))
        sentence = _(
            "{who} looks at {name} (line {begin}) and then acts on what it saw (line {end}); "
            "nothing keeps {other} from changing it in between (line {line})."
        )
    return replace(
        finding,
        kind="check_then_act",
        processes=tuple(
            dict.fromkeys(trace.actors[int(roles.actors[at])].process for at in (begin, rival))
        ),
        happened=between >= 0,
        sentence=sentence.format(**words),
        explanation=_(
            "Check-then-act: between the look and the act the world may change. Each of the two "
            "is safe by itself; together they are safe only if nobody else gets in."
        ),
        remedy=_(
            "Look and act under one lock, or ask and act in one call (`setdefault` of a "
            "dictionary, `acquire(block=False)` of a lock)."
        ),
        reference=SHARING,
    )


def _explain_update() -> str:
    return _(
        "`+=` and the like are not atomic: read, compute, write. Two processes that read the same "
        "old value write the same new one, and one update is gone. Whether that happens depends "
        "on the scheduler alone, so that it goes well a thousand times proves nothing."
    )
