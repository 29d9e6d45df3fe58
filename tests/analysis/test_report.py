"""The report of a run, against its schema."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

import ipcsim.run.report
from ipcsim.analysis import findings
from ipcsim.run.report import print_summary, report
from ipcsim.trace.recording import read_recording
from tests.trace.scenes import SCENES

SCHEMA = json.loads(
    Path(ipcsim.run.report.__file__).with_name("report.schema.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_follows_the_schema(name: str, tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    SCENES[name](path)
    trace, _reader = read_recording(path)
    content = report(trace, findings(trace), trace.ended)
    jsonschema.validate(json.loads(json.dumps(content)), SCHEMA)


def test_of_a_queue(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    SCENES["bounded_queue"](path)
    trace, _reader = read_recording(path)
    content = report(trace, [], trace.ended)
    (tasks,) = content["objects"]
    assert (tasks["kind"], tasks["name"]) == ("Queue", "tasks")
    assert tasks["created_at"] == "producers.py:20"
    assert (tasks["puts"], tasks["gets"], tasks["max_depth"]) == (122, 122, 4)
    assert 0 < tasks["max_wait_s"] < 0.1
    assert content["events"] == sum(process["events"] for process in content["processes"])
    assert [process["parent"] for process in content["processes"]] == [None] + [4000] * 5


def test_of_a_recording_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    SCENES["deadlock"](path)
    path.write_bytes(path.read_bytes()[:-300])
    trace, _reader = read_recording(path)
    content = report(trace, findings(trace), None)
    jsonschema.validate(content, SCHEMA)
    assert content["exit_code"] is None


def test_summary_for_a_person(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    SCENES["orphaned_lock"](path)
    trace, _reader = read_recording(path)
    text = io.StringIO()
    print_summary(trace, findings(trace), trace.ended, Console(file=text, width=100))
    words = text.getvalue()
    assert "Timed out after" in words
    assert "orphan.py:16" in words
    assert "1. Process-1 " in words
    assert ". Process-1 was killed while it held door (taken at line 5)." in words
    assert words.count("The operating system doesn't give a lock back") == 1
