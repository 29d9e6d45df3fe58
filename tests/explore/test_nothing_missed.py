"""What random walks meet on real processes: an exhaustive search has it, or doesn't say "all"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ipcsim.explore.explorer import Exploration, explore, verdict
from ipcsim.explore.settings import Program, Settings
from ipcsim.run.lessons import find_variant
from ipcsim.run.spec import RunSpec

REAL = Path(__file__).parent / "real"
JOINABLE = """
import multiprocessing as mp

def main():
    tasks = mp.JoinableQueue()
    tasks.put(1)
    tasks.get()
    tasks.task_done()

if __name__ == "__main__":
    main()
"""


def program(path: Path, **parameters: object) -> Program:
    return Program(RunSpec(program=path, parameters=parameters))


def explored(searched: Program, **settings: Any) -> Exploration:
    return explore(searched.executor, Settings(jobs=1, **settings))


def sees_all(searched: Program) -> None:
    every = explored(searched, strategy="dpor")
    walked = explored(searched, strategy="random", schedules=300)
    assert every.exhausted
    assert walked.tally._distinct.keys() <= every.tally._distinct.keys()
    assert set(walked.tally.kinds) <= set(every.tally.kinds)


@pytest.mark.parametrize("name", ["fixed", "broken"])
def test_a_feeder_that_looks_while_its_queue_is_closed(name: str) -> None:
    found = find_variant(f"get_nowait_after_put/{name}")
    sees_all(program(found.program, rounds=1))


def test_a_feeder_of_a_joinable_queue(tmp_path: Path) -> None:
    path = tmp_path / "joinable.py"
    path.write_text(JOINABLE)
    sees_all(program(path))


def test_plain_variables_of_threads_are_not_seen_and_so_not_all() -> None:
    state = explored(program(REAL / "threads.py"), schedules=400)
    assert not state.exhausted
    assert "the threads of main" in verdict(state)
    assert {kind.outcome.kind for kind in state.tally.sorted()} == {"clean", "exception"}


def test_an_item_that_can_change_after_its_put_is_not_all() -> None:
    state = explored(program(REAL / "items.py", late=True), schedules=400)
    assert not state.exhausted
    assert "after its put" in verdict(state)
    assert {kind.outcome.kind for kind in state.tally.sorted()} == {"clean", "exception"}
    assert explored(program(REAL / "items.py", fixed=True)).exhausted


def test_which_wait_gives_up_first_is_not_all_unless_it_is_varied() -> None:
    found = find_variant("two_locks/timeout")
    state = explored(program(found.program, rounds=1), schedules=200)
    assert not state.exhausted
    assert "--early-timeouts" in verdict(state)


def test_attaching_and_unlinking_a_block_are_steps() -> None:
    found = find_variant("shared_memory_lifetime/broken")
    state = explored(program(found.program), strategy="dpor")
    # Unlinked before both have attached it, between them in either order, and after both, who then
    # read it in either order.
    counts = {kind.fails: 0 for kind in state.tally.sorted()}
    for kind in state.tally.sorted():
        counts[kind.fails] += kind.count
    assert counts == {False: 2, True: 3}
