"""What is found while a run grows is in the end what is found of the whole."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ipcsim.analysis import advance, findings
from ipcsim.run.report import report
from ipcsim.trace.recording import RecordingReader, read_recording
from ipcsim.trace.trace import Trace
from tests.benchmarks.bench_findings import write
from tests.benchmarks.bench_trace import cuts_of
from tests.trace.scenes import SCENES
from tests.trace.test_order import Program

from .running import run_text
from .test_report import SCHEMA
from .test_shares import LOCK

RACE = """
    import multiprocessing as mp

    def add(x, row, wide, names, lock):
        for n in range(300):
            x.value += 1
            wide[n % 12] += 1
            with lock:
                row[n % 3] += 1
                row[3] += 1
            names[n % 2] = names.get(n % 2, 0) + 1 if n % 5 == 0 else 0
            sum(row)

    if __name__ == "__main__":
        x, row, lock = mp.Value("i", 0), mp.Array("i", 4), mp.Lock()
        wide = mp.Array("i", 12)
        names = mp.Manager().dict()
        team = [mp.Process(target=add, args=(x, row, wide, names, lock)) for _ in range(3)]
        for one in team:
            one.start()
        for one in team:
            one.join()
"""


def grown(path: Path, looks: int, in_parts: bool = False) -> Trace:
    """Read cut by cut, and look at it some times on the way."""
    reader, trace = RecordingReader(path), Trace()
    cuts = cuts_of(path)
    every = max(1, len(cuts) // looks)
    for number, end in enumerate(cuts):
        reader.feed(trace, end)
        if number % every == 0:
            if in_parts:
                while not advance(trace, 50):
                    pass
            findings(trace)
    reader.feed(trace)
    return trace


@pytest.mark.parametrize("name", sorted(SCENES))
def test_scenes(name: str, tmp_path: Path) -> None:
    path = tmp_path / "r.ipcsim"
    SCENES[name](path)
    whole, _reader = read_recording(path)
    assert findings(grown(path, 7)) == findings(whole)


@pytest.mark.parametrize("in_parts", [False, True])
def test_a_real_run(in_parts: bool, tmp_path: Path) -> None:
    whole = run_text(RACE, tmp_path)
    alike = grown(tmp_path / "run.ipcsim", 20, in_parts)
    expected, found = findings(whole), findings(alike)
    assert {one.kind for one in expected} >= {"lost_update"}
    assert {(one.kind, one.objects) for one in found} == {
        (one.kind, one.objects) for one in expected
    }


def test_who_begins_to_wait_before_a_look_is_passed_over_all_the_same(tmp_path: Path) -> None:
    whole = run_text(LOCK.format(rounds=150), tmp_path)
    alike = grown(tmp_path / "run.ipcsim", 1000)
    assert "passed_over" in {one.kind for one in findings(whole)}
    assert findings(alike) == findings(whole)


def test_a_long_run_in_which_all_is_in_order(tmp_path: Path) -> None:
    path = tmp_path / "long.ipcsim"
    write(path, 60_000)
    found = findings(grown(path, 5))
    whole, _reader = read_recording(path)
    assert found == findings(whole)
    assert {one.kind for one in found} <= {"never_received", "incomplete"}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 200))
# Sets of locks that begin alike, and a permit given back by another thread.
@example(681744, 2, 85)
@example(200151, 2, 88)
def test_any_run_can_be_looked_at(seed: int, workers: int, steps: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.ipcsim"
        Program(path, seed, workers, steps).run()
        whole, _reader = read_recording(path)
        found = findings(whole)
        assert findings(grown(path, 3)) == found
        jsonschema.validate(report(whole, found, whole.ended), SCHEMA)
        for cut in (0.3, 0.7):
            data = path.read_bytes()
            (path.parent / "cut.ipcsim").write_bytes(data[: max(200, int(len(data) * cut))])
            part, _reader = read_recording(path.parent / "cut.ipcsim")
            assert "incomplete" in {one.kind for one in findings(part)}
