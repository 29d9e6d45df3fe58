"""Is every lesson complete, and can it be read aloud from a projector?"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from .catalogue import LESSONS, MECHANISMS, BadLesson, Lesson, folders, load, load_all

WIDTH = 44
LONGEST_FUNCTION = 18
LONGEST_MAIN = 32
GROUPS = {"message_passing", "shared_state", "synchronisation", "classic", "pitfalls"}
# Y1 to Y7, M4 and Y14 show the types a Manager serves, too.
WITH_MANAGER = re.compile(r"(Y[1-7]|M4|Y14)[a-z]?")
# A ProcessPoolExecutor isn't among the things a Manager serves.
WITHOUT_MANAGER = {"futures"}

lessons = pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
programs = pytest.mark.parametrize(
    "file", sorted(LESSONS.glob("*/*/*.py")), ids=lambda f: f"{f.parent.name}/{f.stem}"
)


def complaints(source: str) -> list[str]:
    """What is wrong with a program, as a list of sentences."""
    found = [
        f"line {number} has {len(line)} columns"
        for number, line in enumerate(source.splitlines(), 1)
        if len(line) > WIDTH
    ]
    tree = ast.parse(source, feature_version=(3, 10))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name, function in functions.items():
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > (LONGEST_MAIN if name == "main" else LONGEST_FUNCTION):
            found.append(f"{name} has {lines} lines")
    if not ast.get_docstring(tree):
        found.append("no sentence at the top")
    if any("ipcsim" in line for line in source.splitlines()):
        found.append("names ipcsim")
    if "main" not in functions:
        return [*found, "no main"]
    arguments = functions["main"].args
    if not all(argument.annotation for argument in arguments.args):
        found.append("a parameter of main has no annotation")
    if len(arguments.defaults) != len(arguments.args) or arguments.vararg or arguments.kwonlyargs:
        found.append("a parameter of main has no default")
    if ast.unparse(tree.body[-1]) != "if __name__ == '__main__':\n    main()":
        found.append("the guard doesn't call main() without arguments")
    return found


def parameters(file: Path) -> dict[str, str]:
    """The names of main's parameters with their annotations."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    main = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main")
    return {a.arg: ast.unparse(a.annotation) for a in main.args.args if a.annotation}


def find_complaints(lesson: Lesson) -> list[str]:
    found = []
    files = {path.stem for path in lesson.folder.glob("*.py")}
    if files != {variant.name for variant in lesson.variants}:
        found.append(f"the variants are not the programs: {sorted(files)}")
    if not re.fullmatch(r"[A-Z]\d+[a-z]?", lesson.code):
        found.append(f"code {lesson.code!r}")
    for language in ("en", "zh_CN"):
        note = lesson.folder / f"notes.{language}.md"
        lines = note.read_text(encoding="utf-8").splitlines() if note.exists() else []
        if not 8 <= len(lines) <= 25:
            found.append(f"{note.name} has {len(lines)} lines")
    if re.search(r"[\u4e00-\u9fff]", "".join(v for k, v in lesson.texts.items() if "_zh" not in k)):
        found.append("Chinese in an English text")
    if not all(
        re.search(r"[\u4e00-\u9fff]|^\w+$", lesson.texts[key + "_zh_CN"])
        for key in ("title", "sentence", "question")
    ):
        found.append("a Chinese text without Chinese")
    for variant in lesson.variants:
        if variant.name == "broken" and variant.verdict == "clean":
            found.append("broken is clean")
        if not variant.path.exists():
            continue
        takes = parameters(variant.path)
        for count in lesson.counts:
            if takes.get(count) != "int":
                found.append(f"{variant.name}: main takes no {count}: int")
        served = WITH_MANAGER.fullmatch(lesson.code) and lesson.name not in WITHOUT_MANAGER
        if served and takes.get("manager") != "bool":
            found.append(f"{variant.name}: main takes no manager: bool")
        if variant.name in sys.stdlib_module_names:
            found.append(f"{variant.name}.py hides a module of the standard library")
    return found


@lessons
def test_lesson_is_complete(folder: Path) -> None:
    assert find_complaints(load(folder)) == []


@programs
def test_program_can_be_read_aloud(file: Path) -> None:
    assert complaints(file.read_text(encoding="utf-8")) == []


def test_groups_are_the_known_ones() -> None:
    assert {folder.parent.name for folder in folders()} == GROUPS


def test_codes_and_names_are_unique() -> None:
    every = load_all()
    for values in ([lesson.code for lesson in every], [lesson.name for lesson in every]):
        assert len(set(values)) == len(values)


def test_every_mechanism_has_a_lesson() -> None:
    """Listed somewhere, and nothing listed that the gallery doesn't know."""
    listed = {name for lesson in load_all() for name in lesson.mechanisms}
    assert listed == set(MECHANISMS)


GOOD = '''"""A sentence."""


def main(workers: int = 4):
    print(workers)


if __name__ == "__main__":
    main()
'''


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("", "", ""),
        ("print(workers)", "print(workers)" + " " * 20 + "# too far to the right", "columns"),
        ("    print(workers)\n", "    print(workers)\n" * 40, "lines"),
        ('"""A sentence."""', "", "no sentence"),
        ('"""A sentence."""', '"""A sentence."""\n\nimport ipcsim', "names ipcsim"),
        ("def main", "def start", "no main"),
        (": int", "", "annotation"),
        (" = 4", "", "default"),
        ("    main()", "    main(8)", "guard"),
    ],
)
def test_style_faults_are_found(old: str, new: str, complaint: str) -> None:
    found = complaints(GOOD.replace(old, new) if old else GOOD)
    assert [complaint in sentence for sentence in found] == ([True] if complaint else [])


TOML = (LESSONS / "shared_state" / "lost_update" / "lesson.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('level = "start"', 'level = "easy"'),
        ('code = "S1"', ""),
        ('code = "S1"', 'code = "S1"\ncolour = "red"'),
        ('title = "Lost update"', 'title = " "'),
        ('counts = ["workers"]', 'counts = "workers"'),
        ("needs_step = false", 'needs_step = "no"'),
        ('verdict = "lost_update"', 'verdict = "bad"'),
        ("check = { output", "check = { outputs"),
        ("check = { output", "check = { hangs = true, exit_code = 3, output"),
        ('shows = "200000 of 200000"', ""),
        ("[variants.fixed]", "[variants.fixed"),
    ],
)
def test_faults_of_a_lesson_toml_are_found(old: str, new: str, tmp_path: Path) -> None:
    file = tmp_path / "lesson.toml"
    file.write_text(TOML, encoding="utf-8")
    load(tmp_path)
    assert old in TOML
    file.write_text(TOML.replace(old, new), encoding="utf-8")
    with pytest.raises(BadLesson):
        load(tmp_path)


def test_missing_parts_of_a_lesson_are_found(tmp_path: Path) -> None:
    (tmp_path / "lesson.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "queue.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "broken.py").write_text(GOOD.replace("workers", "people"), encoding="utf-8")
    found = " ".join(find_complaints(load(tmp_path)))
    for part in ("variants are not", "notes.en.md", "notes.zh_CN.md", "no workers: int"):
        assert part in found
