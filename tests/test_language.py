"""Numbers have one form in all that people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ipcsim
from ipcsim.language import figure, grouped

OWN_FORM = re.compile(r""":[\d<>^+-]*[,_](\.\d+)?[dfgn]?\}|replace\(",", ?"[^ ]""")
"""A number with groups of its own in a format string, or commas changed afterwards."""


@pytest.mark.parametrize(
    ("number", "digits", "shown"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (131664, 0, "131\u202f664"),
        (-1234, 0, "-1\u202f234"),
        (12500.25, 1, "12\u202f500.2"),
        (1234567, 0, "1\u202f234\u202f567"),
    ],
)
def test_groups(number: float, digits: int, shown: str) -> None:
    assert grouped(number, digits) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("50000", "50\u202f000"),
        ("-50000", "-50\u202f000"),
        ("0.125", "0.125"),
        ("", ""),
        ("'12345'", "'12345'"),
        ("list·12800", "list·12800"),
        ("²³¹²³", "²³¹²³"),
        ("-", "-"),
    ],
)
def test_values(value: str, shown: str) -> None:
    assert figure(value) == shown


def test_nothing_has_a_form_of_its_own() -> None:
    folder = Path(ipcsim.__file__).parent
    found = [
        f"{file.relative_to(folder)}:{number}: {line.strip()}"
        for file in folder.rglob("*.py")
        if file.name != "language.py" and "probe" not in file.parts
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if OWN_FORM.search(line)
    ]
    assert not found
