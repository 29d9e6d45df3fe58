"""Who waits for somebody at work isn't blocked, while the run goes on or when it is ended."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ipcsim.analysis import findings
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec

BUSY = """
    import multiprocessing as mp, time

    def work(done, mail):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            done.value += 1
            time.sleep(0.01)
        mail.put(1)

    if __name__ == "__main__":
        done, mail = mp.Value("i", 0), mp.Queue()
        worker = mp.Process(target=work, args=(done, mail))
        worker.start()
        {wait}
        worker.join()
"""
LONG_NS = 1_500_000_000
"""More than the patience of the analyses."""


@pytest.mark.parametrize("wait", ["pass", "mail.get()"])
def test_nobody_is_blocked_while_somebody_works(wait: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(BUSY).format(wait=wait), "utf-8")
    with Session(RunSpec(program=program, timeout=30)) as session:
        while session.running and session.trace.end - session.trace.begin < LONG_NS:
            session.wait(0.1)
            session.poll()
        assert len(session.trace.processes) == 2
        assert findings(session.trace) == []
        session.stop()
        while session.running:
            session.wait(0.1)
            session.poll()
        assert findings(session.trace) == []
