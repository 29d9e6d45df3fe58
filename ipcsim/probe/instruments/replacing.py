"""Replace methods of a class of the standard library in place, unseen.

The class itself stays, so that its name, module, bases, ``isinstance``, pickles by reference and
subclasses, also ones made before, are what they are without us.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any


def replace(cls: type, *methods: Callable[..., Any], static: bool = False) -> None:
    """Put ``methods`` in the place of those of ``cls`` that have the same names.

    They look like the ones they replace (name, module, docstring, ``inspect.signature``), and no
    frame of the probe shows in a traceback that passes them. For methods of which a few hundred
    nanoseconds don't matter: each call costs one more.
    """
    for method in methods:
        real = getattr(cls, method.__name__)
        # What Python says of wrong arguments names the method.
        method.__qualname__ = real.__qualname__
        unseen = wraps(real)(_unseen(method))
        setattr(cls, method.__name__, staticmethod(unseen) if static else unseen)


def in_place(kind: Any, operations: dict[str, Any]) -> None:
    """Replace methods of a class by what is made of them, by their names."""
    for name, make in operations.items():
        real = getattr(kind, name)
        setattr(kind, name, wraps(real)(make(real)))


def _unseen(method: Callable[..., Any]) -> Callable[..., Any]:
    def unseen(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except BaseException as error:
            drop_frame(error)
            raise

    return unseen
