"""Programs of a few lines, really run."""

from __future__ import annotations

import textwrap
from pathlib import Path

from ipcsim.analysis import WRONG, findings
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace


def run_text(text: str, folder: Path, timeout: float = 20, method: str = "fork") -> Trace:
    """Run a program; the trace of its recording."""
    program, record = folder / "program.py", folder / "run.ipcsim"
    program.write_text(textwrap.dedent(text), encoding="utf-8")
    spec = RunSpec(program=program, timeout=timeout, record=record, start_method=method)
    with Session(spec) as session:
        while session.running:
            session.wait(0.1)
            session.poll()
    trace, reader = read_recording(record)
    assert not reader.damage
    return trace


def kinds(trace: Trace, severity: str = WRONG) -> set[str]:
    """Kinds of the findings of one severity."""
    return {finding.kind for finding in findings(trace) if finding.severity == severity}
