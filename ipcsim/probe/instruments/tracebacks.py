"""No frame of ours in a traceback of the program's.

A wrapper catches what passes it, drops its own frames and re-raises by a bare ``raise``::

    except BaseException as error:
        drop_frame(error)
        raise

From Python 3.11 on a bare ``raise`` neither restores the traceback that it was caught with nor adds
an entry. On 3.10 it restores it, and what is printed is filtered instead (by the file's name).
A signal may interrupt a wrapper before it can catch anything: what leaves a process's target, and
its main module, is looked through again.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from types import FrameType, TracebackType

from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any, Final

_PROBE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_ours: dict[str, bool] = {}


def is_ours(filename: str) -> bool:
    """Whether code of this file (``co_filename``) is the probe's."""
    answer = _ours.get(filename)
    if answer is None:
        answer = _ours[filename] = os.path.abspath(filename).startswith(_PROBE)
    return answer


def install() -> None:
    """Filter the stacks that programs print, and what 3.10 prints."""
    when_imported("traceback", _filter_stacks)
    if sys.version_info < (3, 11):
        when_imported("traceback", _filter_printed)
        _filter_threads(threading)


change: Final = BaseException.__setattr__
"""Exceptions may not let themselves be changed: frozen dataclasses don't."""


def drop_frame(error: BaseException) -> None:
    """Take every frame of the probe out of the traceback of ``error``, the caller's own first.

    What the probe was handling itself when a signal interrupted it isn't the program's either.
    To be followed by a bare ``raise`` in the same ``except`` clause.
    """
    handled = error.__context__
    while handled is not None and handled.__traceback__ and not _skip(handled.__traceback__):
        handled = handled.__context__
        change(error, "__context__", handled)
    kept = _skip(error.__traceback__)
    change(error, "__traceback__", kept)
    while kept is not None:
        following = _skip(kept.tb_next)
        if following is not kept.tb_next:
            kept.tb_next = following
        kept = following


def _skip(traceback: TracebackType | None) -> TracebackType | None:
    while traceback is not None and is_ours(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback


def _filter_stacks(traceback: Any) -> None:
    """A signal's handler prints where the program is, a log what called it."""
    real = traceback.walk_stack

    @wraps(real)
    def walk_stack(f: FrameType | None) -> Iterator[tuple[FrameType, int]]:
        if f is None:  # counts the frames up to its caller
            return iter(real(None))
        return (seen for seen in real(f) if not is_ours(seen[0].f_code.co_filename))

    traceback.walk_stack = walk_stack


def _filter_printed(traceback: Any) -> None:
    real = traceback.walk_tb

    @wraps(real)
    def walk_tb(tb: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
        return (seen for seen in real(tb) if not is_ours(seen[0].f_code.co_filename))

    traceback.walk_tb = walk_tb


def _filter_threads(module: Any) -> None:
    """What leaves a thread is printed by a function in C."""
    real = module._make_invoke_excepthook

    @wraps(real)
    def make_invoke_excepthook() -> Callable[[Any], None]:
        invoke = real()

        def invoke_excepthook(thread: Any) -> None:
            error = sys.exc_info()[1]
            if error is not None:
                drop_frame(error)
            invoke(thread)

        return invoke_excepthook

    module._make_invoke_excepthook = make_invoke_excepthook
