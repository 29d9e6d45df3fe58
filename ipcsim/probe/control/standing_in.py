"""Functions that stand for others of the same name: seen, and pickled, as those."""

from __future__ import annotations

import sys
from functools import wraps
from typing import Any


def stand_in(module: Any, function: Any) -> None:
    """Put ``function`` in the place of the function of the same name in ``module``.

    Where that comes from another module (``os.kill`` from ``posix``), there too: a pickle names it
    by that one.
    """
    name = function.__name__
    real = getattr(module, name)
    wraps(real)(function)
    for place in (module, sys.modules.get(real.__module__, module)):
        setattr(place, name, function)
