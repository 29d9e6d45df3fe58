"""Each write to stdout is a step, so that the order of lines is a matter of schedule."""

from __future__ import annotations

import io
import sys

from ipcsim.operations import Op
from ipcsim.probe.control.asking import ask
from ipcsim.probe.instruments import under_control


def install() -> None:
    """Ask before each write from now on.

    A line is written when it ends, as on a terminal. A pipe or PYTHONUNBUFFERED would have it
    otherwise, and a schedule made under the one be another under the other.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True, write_through=False)
    under_control.before_output = _ask


def _ask(descriptor: int) -> None:
    if descriptor == 1:
        ask(Op.OUTPUT, b"", descriptor)
