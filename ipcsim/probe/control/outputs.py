"""Each write to stdout is a step, so that the order of lines is a matter of schedule."""

from __future__ import annotations

from ipcsim.operations import Op
from ipcsim.probe.control.asking import ask
from ipcsim.probe.instruments import under_control


def install() -> None:
    """Ask before each write from now on."""
    under_control.before_output = _ask


def _ask(descriptor: int) -> None:
    if descriptor == 1:
        ask(Op.OUTPUT, b"", descriptor)
