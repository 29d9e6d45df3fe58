"""Operations as the program writes them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ipcsim.events import Kind
from ipcsim.trace.moment import Place
from ipcsim.trace.naming import named_objects
from ipcsim.trace.objects import Objects
from ipcsim.trace.operations import Operations


def test_a_conditions_own_lock_is_acquired_by_the_conditions_name() -> None:
    registry = Objects()
    place = Place("p.py", 1, 1, 7, 18)
    bell: dict[str, Any] = {"kind": "Condition", "key": "c", "created": True}
    registry.introduce(bell, 0, place, 1, lambda _n: -1)
    own: dict[str, Any] = {"kind": "RLock", "key": "l", "created": True, "owner": 0}
    registry.introduce(own, 0, place, 2, lambda _n: 0)
    objects = named_objects(registry, {"p.py": "bell = Condition()"})
    assert objects[1].name == "lock of bell"
    kinds = [Kind.ACQUIRED, Kind.RELEASE]
    raw = SimpleNamespace(kind=lambda row: kinds[row])
    written = Operations(SimpleNamespace(objects=objects, raw=raw))  # type: ignore[arg-type]
    assert [written.text(row, 1) for row in (0, 1)] == ["bell.acquire()", "bell.release()"]
