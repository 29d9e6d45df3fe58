"""Every variant, run once by itself: does it show what its lesson.toml promises?

How reliably it does is counted by `python -m tests.lessons.flaw_shows`.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from .catalogue import Check, Variant, load_all
from .one_run import BARE, Outcome, bare_command, run

AT_A_TIME = 2
NOTHING = Check()
VARIANTS = [
    variant
    for lesson in load_all()
    for variant in lesson.variants
    if variant.verdict == "clean" or not lesson.needs_step
]


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, Future[Outcome]]]:
    """All runs, begun at the first question; two at a time, since most of them only wait."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {
            variant.label: pool.submit(run, bare_command(variant, "default", {}), variant.check)
            for variant in VARIANTS
        }
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.label)
def test_variant_shows_what_it_promises(
    variant: Variant, outcomes: dict[str, Future[Outcome]]
) -> None:
    outcome = outcomes[variant.label].result()
    assert outcome.holds, f"{outcome.why}\n{outcome.output}\n{outcome.errors}"
    assert outcome.seconds < 10


def judged(tmp_path: Path, program: str, check: Check, patience: float = 10) -> str:
    file = tmp_path / "program.py"
    file.write_text(program, encoding="utf-8")
    return run([sys.executable, str(file)], check, patience).why


FOR_EVER = "import threading\nprint('waits')\nthreading.Event().wait()\n"


def test_a_run_is_judged_by_its_exit_code(tmp_path: Path) -> None:
    assert judged(tmp_path, "raise SystemExit(3)", Check(exit_code=3)) == ""
    assert "exit code 3" in judged(tmp_path, "raise SystemExit(3)", NOTHING)


def test_a_run_is_judged_by_its_output(tmp_path: Path) -> None:
    wanted = Check(output=r"^(\d+) of (?!\1$)\d+$")
    assert judged(tmp_path, "print('a\\n7 of 8')", wanted) == ""
    assert "match" in judged(tmp_path, "print('8 of 8')", wanted)


def test_a_program_that_hangs_is_told_from_one_that_ends(tmp_path: Path) -> None:
    hangs = Check(hangs=True, after_s=2)
    assert judged(tmp_path, FOR_EVER, hangs) == ""
    assert "match" in judged(tmp_path, FOR_EVER, Check(hangs=True, after_s=2, output="comes"))
    assert "instead of hanging" in judged(tmp_path, "pass", hangs)
    assert "didn't end" in judged(tmp_path, FOR_EVER, NOTHING, patience=3)


def test_a_slow_program_does_not_count_as_hanging(tmp_path: Path) -> None:
    naps = "import time\nfor _ in range(150):\n    time.sleep(0.02)\n"
    assert "instead of hanging" in judged(tmp_path, naps, Check(hangs=True, after_s=5))


def test_a_clean_program_must_not_raise_in_any_process(tmp_path: Path) -> None:
    raises = "import threading\nthreading.Thread(target=lambda: 1 / 0).start()\n"
    assert judged(tmp_path, raises, NOTHING) == ""
    assert "exception" in judged(tmp_path, raises, Check(healthy=True))


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_bare_runs_with_the_start_method_and_counts_asked_for(tmp_path: Path, method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    file = tmp_path / "program.py"
    file.write_text(
        "import multiprocessing as mp\n"
        "def work(number):\n"
        "    print(__name__, number)\n"
        "def main(one: int = 1, two: int = 2):\n"
        "    worker = mp.Process(target=work, args=(two,))\n"
        "    worker.start()\n"
        "    worker.join()\n"
        "    print(mp.get_start_method(), one, __file__)\n"
        "if __name__ == '__main__':\n"
        "    main()\n",
        encoding="utf-8",
    )
    outcome = run([sys.executable, str(BARE), method, str(file), "two=7"], NOTHING)
    name = "__main__" if method == "fork" else "__mp_main__"
    assert outcome.output == f"{name} 7\n{method} 1 {file}\n", outcome.errors


def test_nothing_of_a_hanging_program_is_left(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(
        "import multiprocessing as mp, time\n"
        "if __name__ == '__main__':\n"
        "    worker = mp.Process(target=time.sleep, args=(1000,))\n"
        "    worker.start()\n"
        "    print(worker.pid, flush=True)\n"
        "    worker.join()\n",
        encoding="utf-8",
    )
    outcome = run([sys.executable, str(file)], Check(hangs=True, after_s=2, output=r"^\d+$"))
    assert outcome.holds
    deadline = time.monotonic() + 5
    while lives(int(outcome.output)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not lives(int(outcome.output))


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_checks_of_a_lesson_tell_its_programs_apart() -> None:
    """A check that is met by the broken and by the fixed program alike would prove nothing."""
    lesson = next(lesson for lesson in load_all() if lesson.name == "lost_update")
    named = {variant.name: variant for variant in lesson.variants}
    broken, fixed = named["broken"], named["fixed"]
    assert not run(bare_command(broken, "default", {}), fixed.check).holds
    assert not run(bare_command(fixed, "default", {}), broken.check).holds
