"""What the blocks of JSON in a recording may say: facts of the right types.

A block of a right checksum may still be somebody else's, or changed by hand.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, get_origin, get_type_hints

from ipcsim.supervisor.messages import Ended, State, Status

_M = TypeVar("_M", Status, Ended)

_HEAD: Final = {
    "program": str | None,
    "module": str | None,
    "argv": list,
    "python": str,
    "start_method": str | None,
    "parameters": dict,
    "clock": int,
    "ipcsim": str,
    "lesson": str | None,
}


def head(facts: Any) -> dict[str, Any]:
    """Facts of the run. Raises TypeError."""
    return _checked(facts, _HEAD)


def status(facts: Any) -> Status:
    """What the supervisor said of a process. Raises TypeError, ValueError, KeyError."""
    return _message(Status, {**facts, "state": State(facts["state"])})


def ended(facts: Any) -> Ended:
    """How the run ended. Raises TypeError."""
    return _message(Ended, {**facts, "leftovers": tuple(facts.get("leftovers", ()))})


def _message(kind: type[_M], facts: dict[str, Any]) -> _M:
    types = _TYPES[kind]
    return kind(**_checked({name: facts[name] for name in types if name in facts}, types))


def _checked(facts: Any, types: dict[str, Any]) -> dict[str, Any]:
    """``facts`` are a dictionary in which each that is known has its type. Raises TypeError."""
    for name, type_ in types.items():
        if name in facts and not isinstance(facts[name], type_):
            raise TypeError(f"{name} is {facts[name]!r}")
    return dict(facts)


def _plain(hint: Any) -> Any:
    """A type hint as ``isinstance`` knows it; what is written as a whole number may be any."""
    if hint is float:
        return int | float
    return tuple if get_origin(hint) is tuple else hint


_TYPES: Final = {
    kind: {name: _plain(hint) for name, hint in get_type_hints(kind).items()}
    for kind in (Status, Ended)
}
