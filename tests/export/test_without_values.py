"""What is passed on holds no value, and tells the same story."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings
from ipcsim.cli import command
from ipcsim.events import Kind
from ipcsim.export.without_values import leave_out_values
from ipcsim.trace.counts import counts
from ipcsim.trace.recording import RecordingError, read_recording
from ipcsim.trace.trace import Trace
from tests.trace.scenes import SCENES

SECRETS = ["Hunter2zzz", "zzz2retnuH", "123456789", "27182818"]
PROGRAM = """
import multiprocessing as mp, queue, sys
given = sys.argv[1]
made = given[::-1] + "ABC"
def work(items, known, total, line):
    items.put(made)
    known[made] = given
    made in known
    total.value += int(sys.argv[2])
    line.send(given)
    line.send_bytes(given.encode())
    print("printed", given)
    raise ValueError(given)
if __name__ == "__main__":
    manager = mp.Manager()
    known, rows, names = manager.dict(), manager.list([given]), manager.Namespace()
    rows.append(given)
    names.it = given
    items, total = mp.Queue(), mp.Value("q", int(sys.argv[2]))
    near, far = mp.Pipe()
    worker = mp.Process(target=work, args=(items, known, total, far))
    worker.start()
    print(items.get(), near.recv(), near.recv_bytes())
    worker.join()
    own = queue.Queue()
    own.put((given, 1))
    own.get()
    array = mp.Array("d", [float(sys.argv[3])])
    array[0] += 1
"""

PRINTERS = """
import multiprocessing as mp, queue, sys
def work(start):
    start.wait()
    for number in range(300):
        print("printed", number)
    for number in range(300):
        sys.stdout.write(f"{number} %\\r")
        queue.Queue().put(number)
if __name__ == "__main__":
    start = mp.Barrier(2)
    workers = [mp.Process(target=work, args=(start,)) for _ in range(2)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
"""

PYTHON_SAYS = [
    """
import multiprocessing as mp
mp.Process(target=print).start()
""",
    """
import multiprocessing as mp
if __name__ == "__main__":
    mp.Process(target=lambda: None).start()
""",
    """
import multiprocessing as mp, sys, threading
def work(what):
    sys.stderr.write(what)
    raise ValueError(what + chr(10) + what)
if __name__ == "__main__":
    threading.Thread(target=work, args=("Hunter2" + "zzz",)).start()
""",
]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of the same run, with values and without."""
    folder = tmp_path_factory.mktemp("recordings")
    program, whole, bare = folder / "program.py", folder / "whole.ipcsim", folder / "bare.ipcsim"
    program.write_text(PROGRAM)
    given = ["Hunter2zzz", "123456789", "27182818"]
    command(["run", "--record", str(whole), str(program), *given])
    assert command(["export", str(whole), str(bare)]) == 0
    return whole, bare


def text_of(trace: Trace, path: Path) -> str:
    """Everything that a recording says, in words and as it stands in the file."""
    rows = trace.select(trace.begin, trace.end + 1)
    events = [str(trace.event(int(row))) for row in rows]
    return "\n".join([path.read_bytes().decode("utf-8", "replace"), str(trace.head), *events])


def test_no_value_is_left(recordings: tuple[Path, Path]) -> None:
    whole, bare = recordings
    with_values, without = (text_of(read_recording(p)[0], p) for p in recordings)
    assert all(secret in with_values for secret in SECRETS)
    assert not [secret for secret in SECRETS if secret in without]
    assert whole.stat().st_mode & 0o777 == bare.stat().st_mode & 0o777


def test_the_story_is_the_same(recordings: tuple[Path, Path]) -> None:
    assert_alike(*(read_recording(path)[0] for path in recordings))


def test_a_print_in_pieces_is_still_one_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    program, whole, bare = (tmp_path / name for name in ("program.py", "whole.ipcsim", "b.ipcsim"))
    program.write_text(PRINTERS)
    command(["run", "--record", str(whole), str(program)])
    assert leave_out_values(whole, bare) == ""
    assert_alike(read_recording(whole)[0], read_recording(bare)[0])


@pytest.mark.parametrize("unbuffered", ["1", ""])
@pytest.mark.parametrize(
    "program",
    [
        # What findings know an error by: keys, a list that is changed, what Python prints and says.
        "lesson:seat_booking/broken",
        "lesson:nested_list/broken",
        "lesson:priority_tie/broken",
        *PYTHON_SAYS,
    ],
)
def test_errors_tell_the_same(
    program: str, unbuffered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    whole, bare = tmp_path / "whole.ipcsim", tmp_path / "bare.ipcsim"
    if not program.startswith("lesson:"):
        (tmp_path / "program.py").write_text(program)
        program = str(tmp_path / "program.py")
    command(["run", "--start-method", "spawn", "--record", str(whole), program])
    assert leave_out_values(whole, bare) == ""
    told, told_bare = (read_recording(path)[0] for path in (whole, bare))
    assert findings(told)
    assert_alike(told, told_bare)
    assert "Hunter2zzz" not in text_of(told_bare, bare)


@pytest.mark.parametrize("name", sorted(SCENES.keys() - {"queue_at_speed", "workers_200"}))
def test_scenes_tell_the_same(name: str, tmp_path: Path) -> None:
    whole, bare = tmp_path / "whole.ipcsim", tmp_path / "bare.ipcsim"
    SCENES[name](whole)
    assert leave_out_values(whole, bare) == ""
    assert_alike(read_recording(whole)[0], read_recording(bare)[0])


def assert_alike(whole: Trace, bare: Trace) -> None:
    """The same events of the same things; equal values are equal, and different ones differ."""
    events = [
        [trace.event(int(row)) for row in trace.select(trace.begin, trace.end + 1)]
        for trace in (whole, bare)
    ]
    assert len(events[0]) == len(events[1])
    called: dict[str, str] = {}
    for before, after in zip(*events, strict=True):
        for field in ("time", "kind", "process", "actor", "object", "place"):
            assert getattr(before, field) == getattr(after, field)
        if before.kind in (Kind.PUT, Kind.SEND, Kind.READ, Kind.WRITE, Kind.GET, Kind.RECV):
            assert called.setdefault(before.label, after.label) == after.label
    assert len(set(called.values())) == len(called)
    assert [o.name for o in whole.objects] == [o.name for o in bare.objects]
    for facts in whole.registry.all:
        assert counts(whole, facts.object) == counts(bare, facts.object)
    found = [[(f.kind, f.happened, f.locations) for f in findings(one)] for one in (whole, bare)]
    assert found[0] == found[1]


def test_a_recording_is_not_written_over_itself(recordings: tuple[Path, Path]) -> None:
    before = recordings[0].read_bytes()
    assert command(["export", str(recordings[0]), str(recordings[0])]) == 2
    assert recordings[0].read_bytes() == before


def test_kept_without_values_at_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program, record = tmp_path / "program.py", tmp_path / "run.ipcsim"
    program.write_text(
        "import queue, sys\nown = queue.Queue()\nown.put(sys.argv[1])\nprint(own.get())\n"
    )
    arguments = ["--without-values", "--record", str(record), str(program), "Hunter2zzz"]
    assert command(["run", *arguments]) == 0
    assert capfd.readouterr().out == "Hunter2zzz\n"
    trace, reader = read_recording(record)
    assert reader.finished
    assert not reader.damage
    assert "Hunter2zzz" not in text_of(trace, record)
    assert counts(trace, 0)["puts"] == 1


def test_it_is_said_what_cannot_be_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.py"
    program.write_text("print('it ran')")
    assert command(["run", "--without-values", "--record", str(tmp_path), str(program)]) == 2
    assert command(["run", "--without-values", str(program)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "--without-values says how to --record" in err


def test_a_damaged_recording_is_written_as_far_as_it_is_whole(
    recordings: tuple[Path, Path], tmp_path: Path
) -> None:
    cut, bare = tmp_path / "cut.ipcsim", tmp_path / "bare.ipcsim"
    content = recordings[0].read_bytes()
    cut.write_bytes(content[: len(content) * 2 // 3])
    assert "ends in the middle" in leave_out_values(cut, bare)
    assert_alike(read_recording(cut)[0], read_recording(bare)[0])
    cut.write_bytes(b"nothing of the kind")
    with pytest.raises(RecordingError):
        leave_out_values(cut, bare)
