"""How a fixed program differs, in a sentence: the change that is nearest to a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.run.fixes import difference, fix_of
from ipcsim.run.lessons import load_lessons

FLAWED = '''"""One."""
first = 1
# a remark
for n in range(3):
    print(n)
last = 2
gone = 3
'''


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    print(n)", "    with lock:\n        print(n)", 5, "at line 5: `with lock:`"),
        ("gone = 3\n", "", 7, "is without line 7: `gone = 3`"),
        ("gone = 3\n", "", 1, "is without line 7: `gone = 3`"),
        ('"""One."""', '"""Another."""', 1, ""),
        ("# a remark\n", "# another\n", 3, ""),
    ],
)
def test_the_change_is_told(old: str, new: str, line: int, said: str, tmp_path: Path) -> None:
    flawed, fixed = tmp_path / "broken.py", tmp_path / "fixed.py"
    flawed.write_text(FLAWED)
    fixed.write_text(FLAWED.replace(old, new))
    told = difference(flawed, fixed, [f"broken.py:{line}"])
    assert told.endswith(said)
    assert bool(told) == bool(said)


def test_the_nearest_change_is_told(tmp_path: Path) -> None:
    flawed, fixed = tmp_path / "broken.py", tmp_path / "fixed.py"
    flawed.write_text(FLAWED)
    fixed.write_text(FLAWED.replace("first = 1", "first = 9").replace("last = 2", "last = 9"))
    assert "first = 9" in difference(flawed, fixed, ["broken.py:2"])
    assert "last = 9" in difference(flawed, fixed, ["broken.py:6"])


def test_what_was_moved_is_told_as_moved(tmp_path: Path) -> None:
    flawed, fixed = tmp_path / "broken.py", tmp_path / "fixed.py"
    flawed.write_text("a = 1\nb = 2\nc = 3\nd = 4\n")
    fixed.write_text("b = 2\nc = 3\nd = 4\na = 1\n")
    assert "comes at line 4: `a = 1`" in difference(flawed, fixed, ["broken.py:1"])


def test_every_flawed_variant_of_every_lesson_has_a_difference() -> None:
    for lesson in load_lessons():
        for variant in lesson.variants:
            fix = fix_of(lesson, variant)
            if variant.verdict == "clean" or variant.name == "fixed":
                assert fix is None
            else:
                assert fix is not None, lesson.name
                assert difference(variant.program, fix.program, ()), lesson.name
