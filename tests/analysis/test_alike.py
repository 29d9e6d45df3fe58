"""What is so with each of many objects is said once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings
from tests.analysis.running import run_text


@pytest.mark.parametrize(("count", "told"), [(3, 3), (12, 1)])
def test_of_many_objects(count: int, told: int, tmp_path: Path) -> None:
    trace = run_text(
        f"""
        import multiprocessing as mp
        import time

        def add(cells, wait):
            time.sleep(wait)
            for cell in cells:
                cell.value += 1

        if __name__ == "__main__":
            cells = [mp.Value("i", 0) for _ in range({count})]
            team = [mp.Process(target=add, args=(cells, n / 4)) for n in range(2)]
            for one in team:
                one.start()
            for one in team:
                one.join()
        """,
        tmp_path,
    )
    found = findings(trace)
    assert [finding.kind for finding in found] == ["data_race"] * told
    assert {obj for finding in found for obj in finding.objects} == {
        info.object for info in trace.objects if info.kind == "Value"
    }
    last = found[-1].sentence
    assert ("The same goes for cells[1], cells[2]" in last) == (told == 1)
