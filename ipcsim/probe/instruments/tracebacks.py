"""No frame of ours in a traceback of the program's.

A wrapper catches what passes it, drops its own frames and re-raises by a bare ``raise``::

    except BaseException as error:
        drop_frame(error)
        raise

From Python 3.11 on a bare ``raise`` neither restores the traceback that it was caught with nor adds
an entry. On 3.10 it restores it, and what is printed is filtered instead (by the file's name).
"""

from __future__ import annotations

import os
from types import TracebackType

_PROBE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_ours: dict[str, bool] = {}


def is_ours(filename: str) -> bool:
    """Whether code of this file (``co_filename``) is the probe's."""
    answer = _ours.get(filename)
    if answer is None:
        answer = _ours[filename] = os.path.abspath(filename).startswith(_PROBE)
    return answer


def drop_frame(error: BaseException) -> None:
    """Take every frame of the probe out of the traceback of ``error``, the caller's own first.

    To be followed by a bare ``raise`` in the same ``except`` clause.
    """
    kept = _skip(error.__traceback__)
    error.__traceback__ = kept
    while kept is not None:
        following = _skip(kept.tb_next)
        if following is not kept.tb_next:
            kept.tb_next = following
        kept = following


def _skip(traceback: TracebackType | None) -> TracebackType | None:
    while traceback is not None and is_ours(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback
