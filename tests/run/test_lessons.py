"""The gallery as lesson.toml files describe it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.run.lessons import LessonError, find_variant, load_gallery

TOML = """
code = "M7"
title = "Two ends"
title_zh_CN = "两端"
level = "{level}"
mechanisms = {mechanisms}
sentence = "One."
question = "Two?"
counts = ["workers"]
watch = ["total"]

[variants.fixed]
verdict = "clean"
shows = "2"
check = {{ output = '^2$' }}

[variants.broken]
verdict = "hang"
shows = "nothing"
check = {{ hangs = true, after_s = 2 }}
"""


def write(root: Path, name: str, mechanisms: str = '["Pipe"]', level: str = "start") -> Path:
    folder = root / "group" / name
    folder.mkdir(parents=True)
    (folder / "lesson.toml").write_text(TOML.format(mechanisms=mechanisms, level=level))
    for variant in ("broken", "fixed"):
        (folder / f"{variant}.py").write_text("print(2)\n")
    return folder


def test_a_lesson_is_read_with_the_broken_variant_first(tmp_path: Path) -> None:
    write(tmp_path, "ends")
    (lesson,) = load_gallery([tmp_path]).lessons
    assert (lesson.name, lesson.group, lesson.title) == ("ends", "group", "Two ends")
    assert [variant.name for variant in lesson.variants] == ["broken", "fixed"]
    assert lesson.variants[0].check.hangs
    assert lesson.variants[0].check.after_s == 2
    assert lesson.variant("fixed").check.output == "^2$"
    assert lesson.counts == ("workers",)


def test_a_bad_lesson_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "good")
    (write(tmp_path, "bad") / "broken.py").unlink()
    (write(tmp_path, "worse") / "lesson.toml").write_text("= nothing")
    gallery = load_gallery([tmp_path])
    assert [lesson.name for lesson in gallery.lessons] == ["good"]
    assert len(gallery.problems) == 2
    assert "broken.py" in gallery.problems[0]


def test_under_a_mechanism_come_first_the_lessons_about_it(tmp_path: Path) -> None:
    write(tmp_path, "also", '["Lock", "Pipe"]')
    write(tmp_path, "later", '["Pipe"]', "expert")
    write(tmp_path, "first", '["Pipe"]')
    named = load_gallery([tmp_path]).by_mechanism()
    assert [lesson.name for lesson in named["Pipe"]] == ["first", "later", "also"]
    assert list(named) == ["Pipe", "Lock"]


def test_mechanism_count_run() -> None:
    """The first lesson of each mechanism of processes lets their number be chosen."""
    for mechanism, lessons in load_gallery().by_mechanism().items():
        if lessons and not mechanism.startswith("queue."):
            assert lessons[0].counts, mechanism


def test_a_variant_is_found_by_name(tmp_path: Path) -> None:
    write(tmp_path, "ends")
    lessons = load_gallery([tmp_path]).lessons
    assert find_variant("ends", lessons).program.name == "broken.py"
    assert find_variant("ends/fixed", lessons).program.name == "fixed.py"
    with pytest.raises(LessonError, match="broken, fixed"):
        find_variant("ends/other", lessons)
    with pytest.raises(LessonError, match="no lesson nothing"):
        find_variant("nothing", lessons)


def test_every_built_in_lesson_can_be_read() -> None:
    gallery = load_gallery()
    assert gallery.problems == ()
    assert find_variant("lost_update").variant.name == "broken"
