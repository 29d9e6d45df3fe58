"""Where in the program an actor is, and where it makes something."""

from __future__ import annotations

import multiprocessing.process
import sys
import threading
from itertools import islice
from types import CodeType, FrameType

from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.type_words import Any, Final

_MOST_FRAMES: Final = 8
"""So many frames of the library's, from the inside, tell how it has made an object."""
_SAME: Final = "same"
roots: set[CodeType] = set()
"""Functions that a process begins in: what is below them on the stack is its parent's."""
_places: dict[tuple[int, int, str, str], bytes] = {}
_RUN_PROCESS: Final = multiprocessing.process.BaseProcess.run.__code__
_RUN_THREAD: Final = threading.Thread.run.__code__
"""What calls the function that a process or a thread was made to run."""
_FOR_PROGRAMS: Final = ("queues.py", "queue.py", "synchronize.py", "threading.py", "connection.py")
"""Files with methods that a program may name as such a function, as in ``target=tasks.put``. What
the library itself has its threads and workers run is in others, or begins with an underscore."""
_codes: list[CodeType] = []
"""Kept, so that no other gets the identity of one whose place is known."""


def place_of(frame: FrameType | None, mark: bool = True) -> bytes:
    """``path NUL line NUL call NUL same``, and ``NUL target`` where the program has no line.

    The program's own line, the library's function it called, and whether that is the very call
    that the last request came from. For that the frame of a call is marked, by an attribute that
    nothing but a debugger that steps through the library looks at.
    """
    called = ours = file = target = ""
    outermost = aim = None
    while frame is not None:
        code = frame.f_code
        if is_of_program(frame):
            called, same = called or ours, _mark(outermost, mark)
            known = (id(code), frame.f_lasti, called, same)
            place = _places.get(known)
            if place is None:
                place = f"{code.co_filename}\0{frame.f_lineno}\0{called}\0{same}".encode()
                _places[known] = place
                _codes.append(code)
            return place
        if is_ours(code.co_filename):
            if mark and code in roots:
                break
            ours = code.co_name
        else:
            runs = code is _RUN_PROCESS or code is _RUN_THREAD
            if runs and (file.endswith(_FOR_PROGRAMS) if called else ours):
                target, aim = called or ours, outermost
            called, file = code.co_name, code.co_filename
        outermost = frame
        frame = frame.f_back
    if target and not target.startswith("_"):
        return f"\0{0}\0{target}\0{_mark(aim, mark)}\0target".encode()
    return f"\0{0}\0{called}\0".encode()


def is_of_program(frame: FrameType) -> bool:
    """Whether the program's own code runs in it."""
    return not (is_library(frame.f_code.co_filename) or _is_made_up(frame))


def _mark(frame: FrameType | None, mark: bool) -> str:
    """Whether a library function's frame has been here before; it has from now on."""
    if frame is None:
        return ""
    if not frame.f_trace_lines:
        return _SAME
    if mark:
        frame.f_trace_lines = False
    return ""


def made_at(frame: FrameType | None) -> dict[str, Any]:
    """Facts on where an object is made: the program's line, and the library's from the inside."""
    path, line, called, *_ = place_of(frame, mark=False).decode().split("\0")
    made: list[tuple[str, int]] = []
    while frame is not None and not is_of_program(frame):
        if not is_ours(frame.f_code.co_filename):
            made.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    where = {"path": path, "line": int(line), "called": called, "made": made[:_MOST_FRAMES]}
    if frame is not None and sys.version_info >= (3, 11):
        # Two calls on one line are told apart by their columns.
        positions = islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
        _, _, where["column"], where["end_column"] = next(positions, (None,) * 4)
    return where


def _is_made_up(frame: FrameType) -> bool:
    """Code without a file that the library has made (a Value's properties), or ``-c``'s own."""
    return frame.f_code.co_filename == "<string>" and (
        frame.f_back is None or frame.f_globals.get("__name__") != "__main__"
    )
