"""Objects have the names that the program gives them, read from the line that creates them."""

from __future__ import annotations

from collections import Counter

from ipcsim.events import ObjectKind
from ipcsim.language import _
from ipcsim.names import calls_of
from ipcsim.trace.moment import ObjectInfo, Place
from ipcsim.trace.objects import ObjectFacts, Objects


def named_objects(registry: Objects, sources: dict[str, str]) -> list[ObjectInfo]:
    """All objects, named."""
    made: Counter[tuple[str, Place | None]] = Counter()
    numbers: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    infos: list[ObjectInfo] = []
    bases: list[str] = []
    for facts in registry.all:
        short = facts.kind.rpartition(".")[2]
        numbers[short] += 1
        count = made[facts.kind, facts.created_at]
        made[facts.kind, facts.created_at] += 1
        name = facts.words("name")
        if not name and facts.owner is not None and facts.owner < len(infos):
            name = _part_of(infos[facts.owner], facts)
        if not name and facts.copy_of is not None and facts.copy_of < len(bases):
            name = bases[facts.copy_of]
        place = facts.created_at
        if not name and place is not None and place.file in sources:
            calls = calls_of(sources[place.file])
            given = calls.given(place.line, short, (place.column, place.end_column))
            name = given.name(count) if given else ""
        bases.append(name)
        if name:
            taken[name] += 1
            if taken[name] > 1:
                name = f"{name} ({taken[name]})"
        infos.append(_info(facts, name or f"{short} {numbers[short]}", registry))
    return infos


def _info(facts: ObjectFacts, name: str, registry: Objects) -> ObjectInfo:
    bound = facts.number("bound")
    if bound is None:
        bound = facts.number("maxsize")
    if bound is not None and bound <= 0:
        bound = None
    return ObjectInfo(
        object=facts.object,
        kind=facts.kind,
        name=name,
        created_by=facts.created_by,
        created_at=facts.created_at,
        bound=bound if bound is not None else facts.number("parties"),
        type=facts.words("type"),
        size=facts.number("size") or 0,
        initial=facts.words("initial"),
        owner=facts.owner,
        peer=registry.peer(facts.object),
        internal=_is_internal(facts),
    )


def _is_internal(facts: ObjectFacts) -> bool:
    """Whether the library has made it for itself: a part of another, or a pipe nobody made."""
    if facts.kind == ObjectKind.PIPE_END:
        return not facts.created
    return facts.owner is not None and facts.kind != ObjectKind.PROXY


def _part_of(owner: ObjectInfo, facts: ObjectFacts) -> str:
    if owner.kind in (ObjectKind.VALUE, ObjectKind.ARRAY):
        return f"{owner.name}.get_lock()"
    if owner.kind in (ObjectKind.CONDITION, ObjectKind.THREAD_CONDITION):
        return _("lock of {name}").format(name=owner.name)
    return ""
