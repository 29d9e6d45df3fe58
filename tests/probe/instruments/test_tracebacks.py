"""No frame of ours in a traceback of the program's, nor in that of what it came up in."""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from ipcsim.probe import places
from ipcsim.probe.instruments.tracebacks import drop_frame


@pytest.fixture
def interrupted() -> Callable[[], None]:
    """A call of the probe's that a signal interrupts while it handles an exception of its own."""
    source = """
        def look():
            try:
                {}["not seen before"]
            except KeyError:
                raise KeyboardInterrupt

        def call():
            try:
                look()
            except BaseException as error:
                drop_frame(error)
                raise
    """
    names: dict[str, Any] = {"drop_frame": drop_frame}
    exec(compile(textwrap.dedent(source), places.__file__, "exec"), names)
    call: Callable[[], None] = names["call"]
    return call


def test_what_the_probe_was_handling_is_not_the_programs(interrupted: Callable[[], None]) -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        interrupted()
    assert "KeyError" not in "".join(traceback.format_exception(caught.value))


def test_what_the_program_was_handling_stays(interrupted: Callable[[], None]) -> None:
    def handling() -> None:
        try:
            raise LookupError("the program's own")
        except LookupError:
            interrupted()

    with pytest.raises(KeyboardInterrupt) as caught:
        handling()
    said = "".join(traceback.format_exception(caught.value))
    assert "the program's own" in said
    assert "KeyError" not in said
