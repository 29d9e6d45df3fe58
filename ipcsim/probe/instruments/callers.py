"""Whose code calls: the program's, or the standard library's on its own behalf.

Only what the program itself does is recorded on the public level. A queue's own pipe, a pool's
own threads and a logger's own lock are made by files of the standard library; this module tells
them apart by the file of the calling code.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import FrameType, FunctionType

from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.recorder import place
from ipcsim.probe.type_words import Final

_PROBE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
LIBRARY = tuple(
    {
        os.path.dirname(os.path.abspath(os.__file__)) + os.sep,
        os.path.realpath(os.path.dirname(os.__file__)) + os.sep,
    }
)
"""Folders of the standard library."""
# Installed packages and CPython's own tests lie below the standard library, but are programs.
_PROGRAMS_INSIDE = ("site-packages", "dist-packages", "test")

_known: dict[str, bool] = {}


def _nobody() -> Iterator[None]:
    yield


_called: Final = FunctionType(_nobody.__code__.replace(co_filename="<string>"), {})()
NOBODY: Final[FrameType] = _called.gi_frame
"""Stands for the frame that isn't there where the interpreter itself calls: an exit function, a
thread of ``_thread``. It counts as the program's, and has no place."""


def frame_above(depth: int) -> FrameType:
    """The frame `depth` above the calling function's, or NOBODY."""
    try:
        return sys._getframe(depth + 1)
    except ValueError:
        return NOBODY


def is_library(filename: str) -> bool:
    """Whether code of this file (``co_filename``) belongs to the standard library or the probe."""
    answer = _known.get(filename)
    if answer is None:
        answer = _known[filename] = _judge(filename)
    return answer


def _judge(filename: str) -> bool:
    if filename.startswith(("<frozen ", _PROBE)):
        return True
    for root in LIBRARY:
        if filename.startswith(root):
            return filename[len(root) :].split(os.sep, 1)[0] not in _PROGRAMS_INSIDE
    return False


def called_by_program(depth: int = 1) -> bool:
    """Whether the frame `depth` above the calling function is the program's own code."""
    return not is_library(frame_above(depth + 1).f_code.co_filename)


def program_frame(depth: int = 1) -> FrameType | None:
    """The innermost frame of the program, looking from `depth` frames above the calling function.

    None: only the standard library is on this thread's stack.
    """
    frame: FrameType | None = frame_above(depth + 1)
    while frame is not None and is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def place_above(frame: FrameType | None) -> int:
    """Number of the place of the first frame of the program from `frame` outwards; 0 if none."""
    while frame is not None:
        if not is_library(frame.f_code.co_filename):
            return place(frame)
        frame = frame.f_back
    return 0


def creator(made: object, frame: FrameType | None) -> FrameType | None:
    """The frame whose code wanted ``made``: not its own constructors, not a context's factories."""
    while frame is not None and (
        is_ours(frame.f_code.co_filename)
        or frame.f_globals.get("__name__") == "multiprocessing.context"
        or is_constructor(frame, made)
    ):
        frame = frame.f_back
    return frame


def is_constructor(frame: FrameType, made: object) -> bool:
    """Whether ``frame`` runs an ``__init__`` of ``made``.

    Other frames' ``f_locals`` aren't asked: before 3.13 the answer stays with the frame and keeps
    alive what the program deletes.
    """
    return frame.f_code.co_name == "__init__" and frame.f_locals.get("self") is made
