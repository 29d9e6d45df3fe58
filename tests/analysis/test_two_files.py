"""A line of another file than the one that was run is told with its file."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ipcsim.analysis.ending import end_of
from ipcsim.trace.recording import read_recording
from ipcsim.trace.sentences import why
from tests.test_cli import ipcsim

HELPER = """
    def take(first, second, barrier):
        with first:
            barrier.wait()
            with second:
                pass
"""
PROGRAM = """
    import multiprocessing as mp
    from helper import take

    if __name__ == "__main__":
        one, other, barrier = mp.Lock(), mp.Lock(), mp.Barrier(2)
        for locks in ((one, other), (other, one)):
            mp.Process(target=take, args=(*locks, barrier)).start()
        [child.join() for child in mp.active_children()]
"""


@pytest.mark.parametrize("run", [["crossed.py"], ["./link.py"], ["-m", "crossed"]])
def test_a_line_is_told_with_its_file(tmp_path: Path, run: list[str]) -> None:
    (tmp_path / "helper.py").write_text(textwrap.dedent(HELPER))
    (tmp_path / "crossed.py").write_text(textwrap.dedent(PROGRAM))
    (tmp_path / "link.py").symlink_to("crossed.py")
    record = tmp_path / "run.ipcsim"
    options = ["--start-method", "fork", "--timeout", "1.5", "--record", str(record)]
    told = " ".join(ipcsim("run", *options, *run, cwd=tmp_path).stderr.split())
    assert "`other.acquire()` (line helper.py:5) for" in told
    assert "who took it at line helper.py:3" in told
    assert ".join()` (line 9)" in told
    trace, _reader = read_recording(record)
    assert "(line helper.py:5): held by" in why(end_of(trace).now, 1)
    assert "since line helper.py:3" in why(end_of(trace).now, 1)
