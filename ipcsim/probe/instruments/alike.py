"""Classes that stand for ones written in C: equal to them, also as keys, and as ``isinstance``'s.

Programs say by type how locks are pickled, copied, printed or told apart, and meet locks of both
kinds: their own, which are watched, and the standard library's, which are the real thing.
"""

from __future__ import annotations

from ipcsim.probe.type_words import Any


class Alike(type):
    """Class of a class that stands for the one in its ``_ipcsim_real``; its subclasses don't."""

    def __eq__(cls, other: object) -> bool:
        return isinstance(other, type) and _real(cls) is _real(other)

    def __hash__(cls) -> int:
        return type.__hash__(_real(cls))

    def __instancecheck__(cls, thing: object) -> bool:
        if type.__instancecheck__(cls, thing):
            return True
        real = _real(cls)
        return real is not cls and isinstance(thing, real)

    def __subclasscheck__(cls, kind: type) -> bool:
        if type.__subclasscheck__(cls, kind):
            return True
        real = _real(cls)
        return real is not cls and issubclass(kind, real)


def _real(cls: type) -> type:
    real: type = vars(cls).get("_ipcsim_real", cls)
    return real


def in_place_of(thing: Any, inside: Any) -> str:
    """The ``repr`` of ``thing``, which has a real one ``inside``."""
    return repr(inside).replace(hex(id(inside)), hex(id(thing)))
