"""Words of the program and words of ours, as they are shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ipcsim import language
from ipcsim.gui.look.words import in_words


@pytest.fixture
def chinese() -> Iterator[None]:
    """In Chinese, and afterwards in English again."""
    language.use(["zh_CN"])
    yield
    language.use(["en"])


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("read counter", "读 counter"),
        ("write counter = 42", "写 counter = 42"),
        ("ready.wait()", "ready.wait()"),
        ("with bell:", "with bell:"),
        ("", ""),
    ],
)
def test_an_access_is_said_in_the_persons_language(chinese: None, call: str, shown: str) -> None:
    assert in_words(call) == shown


@pytest.mark.parametrize("call", ["read counter", "write counter = 42", "tasks.get()", ""])
def test_in_english_a_call_stays_what_it_is(call: str) -> None:
    assert in_words(call) == call
