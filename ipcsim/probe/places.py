"""Places: where in the program something happens, as a number."""

from __future__ import annotations

import itertools
import os
import sys
from types import CodeType, FrameType

from ipcsim.events import FIELD, Kind
from ipcsim.probe import texts, writer
from ipcsim.probe.type_words import Final

_PLACE: Final = int(Kind.PLACE)
_numbers = itertools.count(1)
_known: dict[tuple[int, int], int] = {}
_kept: list[CodeType] = []
"""Code objects are kept alive, since places are known by their addresses."""
_getframe = sys._getframe


def place(frame: FrameType) -> int:
    """Number of the place at which ``frame`` is; recorded at first sight."""
    code = frame.f_code
    try:
        return _known[id(code), frame.f_lasti]
    except KeyError:
        return _introduce(frame, code)


def here(depth: int) -> int:
    """Number of the place of the caller's caller, ``depth`` frames further up."""
    frame = _getframe(depth + 1)
    try:
        return _known[id(frame.f_code), frame.f_lasti]
    except KeyError:
        return _introduce(frame, frame.f_code)


def _introduce(frame: FrameType, code: CodeType) -> int:
    # The outermost frame of a spawned child is multiprocessing's "-c" command; or nobody calls.
    if not writer.recording() or (code.co_filename == "<string>" and frame.f_back is None):
        return 0
    lasti = frame.f_lasti
    lines: tuple[int | None, ...] = (frame.f_lineno, None, None, None)
    if sys.version_info >= (3, 11):
        lines = next(itertools.islice(code.co_positions(), lasti // 2, None), lines)
        function = code.co_qualname
    else:
        function = code.co_name
    fields = [-1 if n is None else n for n in lines]
    line, end_line, column, end_column = fields
    if line < 0:
        line = frame.f_lineno or -1
    path = code.co_filename
    if not path.startswith("<"):
        path = os.path.abspath(path)
    words = (path, line, end_line, column, end_column, function)
    number = next(_numbers)
    writer.emit(_PLACE, number, 0, texts.fresh_text(FIELD.join(map(str, words))))
    _kept.append(code)
    _known[id(code), lasti] = number
    return number
