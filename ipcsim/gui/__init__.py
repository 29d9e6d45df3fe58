"""The window: the only place that knows Qt."""

from __future__ import annotations

import builtins

# PySide makes `import` read the source of every module that is loaded from then on, in case it
# chose other names for Qt's methods (`from __feature__ import snake_case`). None of ours does, and
# it would take a tenth of the time until the window can be used, and 20 MB.
_import = builtins.__import__
import PySide6.QtCore  # noqa: E402, F401

builtins.__import__ = _import
