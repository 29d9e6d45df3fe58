"""Exports say what the trace says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from ipcsim.export.formats import export_recording
from ipcsim.export.interleaving import as_csv, as_markdown, interleaving
from ipcsim.trace.recording import RecordingError, read_recording
from ipcsim.trace.trace import Trace
from tests.trace.scenes import SCENES
from tests.trace.scenes.sharing import lost_update


def recorded(name: str, folder: Path) -> tuple[Path, Trace]:
    path = folder / f"{name}.ipcsim"
    SCENES[name](path)
    return path, read_recording(path)[0]


@pytest.mark.parametrize("name", sorted(SCENES.keys() - {"queue_at_speed", "workers_200"}))
def test_events_as_csv(name: str, tmp_path: Path) -> None:
    path, trace = recorded(name, tmp_path)
    assert export_recording(path, tmp_path / "events.csv") == 0
    with (tmp_path / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == trace.event_count
    times = [float(row["time_s"]) for row in rows]
    assert times == sorted(times)
    assert all(row["sentence"] for row in rows)


def test_interleaving_of_a_race(tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    lost_update(path, workers=2, rounds=6)
    trace, _reader = read_recording(path)
    table = interleaving(trace, trace.begin, trace.end)
    assert table.names == ("MainProcess", "Process-1", "Process-2", "counter")
    losers = [line for line in table.lines if line.overwrites]
    assert losers
    for line in losers:
        before = table.lines[: table.lines.index(line)]
        victim = next(one for one in reversed(before) if one.written == 0)
        assert victim.overwritten
        assert victim.values[0] == line.overwrites
    text = as_markdown(table, trace.begin)
    assert text.count("~~") == 2 * sum(line.overwritten for line in table.lines)
    heads, *rows = csv.reader(as_csv(table, trace.begin).splitlines())
    assert heads[1:] == [*table.names, "overwrites_unread"]
    assert len(rows) == len(table.lines)
    assert all(len(row) == len(heads) for row in rows)


def test_long_runs_are_shortened(tmp_path: Path) -> None:
    _path, trace = recorded("workers_1", tmp_path)
    whole = interleaving(trace, trace.begin, trace.end, shorten=False)
    short = interleaving(trace, trace.begin, trace.end)
    assert sum(line.count for line in short.lines) == len(whole.lines)
    assert len(short.lines) < 25
    assert "… 36 updates" in [line.text for line in short.lines]


def test_perfetto(tmp_path: Path) -> None:
    path, trace = recorded("bounded_queue", tmp_path)
    export_recording(path, tmp_path / "trace.json")
    content = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    entries = content["traceEvents"]
    arrows = [entry for entry in entries if entry["ph"] in "sf"]
    assert len(arrows) == 2 * 122
    slices = [entry for entry in entries if entry["ph"] == "X"]
    assert all(entry["dur"] >= 0 for entry in slices)
    assert {entry["args"]["depth"] for entry in entries if entry["ph"] == "C"} == {0, 1, 2, 3, 4}
    names = {entry["args"]["name"] for entry in entries if entry["name"] == "process_name"}
    assert names == {info.name for info in trace.processes}


def test_a_damaged_recording_is_exported_as_far_as_it_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, trace = recorded("bounded_queue", tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert export_recording(path, tmp_path / "events.csv") == 0
    lines = (tmp_path / "events.csv").read_text(encoding="utf-8").splitlines()
    assert 10 < len(lines) < trace.event_count
    assert "ends in the middle" in capsys.readouterr().err


def test_unknown_format_and_no_recording(tmp_path: Path) -> None:
    path, _trace = recorded("crash", tmp_path)
    with pytest.raises(ValueError, match=r"\.csv, \.md, \.json or \.ipcsim"):
        export_recording(path, tmp_path / "x.xlsx")
    other = tmp_path / "no.ipcsim"
    other.write_text("hello")
    with pytest.raises(RecordingError, match="no recording"):
        export_recording(other, tmp_path / "x.csv")
