"""Who can use memory whose accesses aren't seen: who got it, or was forked by who had it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings
from tests.analysis.running import run_text

PROGRAM = """
import multiprocessing as mp
def use(ring, locked): ring[0] = locked.value
def other(): pass
if __name__ == "__main__":
    ring, locked = mp.RawArray("i", 8), mp.Value("i", 7)
    team = [mp.Process(target=use, args=(ring, locked), name="user"), mp.Process(target=other)]
    for one in team:
        one.start()
        one.join()
    print(*ring[:2])
"""


@pytest.mark.parametrize(
    ("method", "who"),
    [
        ("fork", "MainProcess, user and Process-2 can"),
        ("spawn", "MainProcess and user can"),
        ("forkserver", "MainProcess and user can"),
    ],
)
def test_who_has_it_is_told(tmp_path: Path, method: str, who: str) -> None:
    trace = run_text(PROGRAM, tmp_path, method=method)
    (finding,) = [one for one in findings(trace) if one.kind == "not_known"]
    assert finding.sentence.startswith(f"{who} use the raw memory of ring:")
