"""The command line, as a shell sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parent.parent

ADDER = """
import multiprocessing as mp, sys
def add(queue, n):
    queue.put(n)
def main(workers: int = 2, bonus: float = 0.5):
    queue = mp.Queue()
    team = [mp.Process(target=add, args=(queue, n)) for n in range(workers)]
    for each in team: each.start()
    total = sum(queue.get() for _ in team)
    for each in team: each.join()
    print(total + bonus, *sys.argv[1:])
if __name__ == "__main__":
    main()
"""


def ipcsim(
    *words: str | Path, cwd: Path = ROOT, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Call ipcsim as a shell would."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "en"}
    command = [sys.executable, "-m", "ipcsim", *map(str, words)]
    return subprocess.run(
        command, cwd=cwd, input=stdin, capture_output=True, text=True, env=environment, timeout=90
    )


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.fixture
def adder(tmp_path: Path) -> Path:
    return write(tmp_path / "adder.py", ADDER)


def test_output_is_the_programs_own_and_the_summary_goes_to_stderr(adder: Path) -> None:
    result = ipcsim("run", adder, "one", "--two")
    assert result.stdout == "1.5 one --two\n"
    assert result.returncode == 0
    assert "Queue" in result.stderr


def test_options_replace_defaults_of_main(adder: Path) -> None:
    result = ipcsim("run", "--workers", "4", "--set", "bonus=0.25", adder)
    assert result.stdout == "6.25\n"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_start_method_is_the_default_one(tmp_path: Path, method: str) -> None:
    program = write(
        tmp_path / "method.py",
        "import multiprocessing as mp\n"
        "if __name__ == '__main__':\n    print(mp.get_start_method())\n",
    )
    assert ipcsim("run", "--start-method", method, program).stdout == f"{method}\n"


def test_stdin_is_the_programs(tmp_path: Path) -> None:
    program = write(tmp_path / "echo.py", "print(input()[::-1])\n")
    assert ipcsim("run", program, stdin="abc\n").stdout == "cba\n"


def test_exit_code_is_the_programs(tmp_path: Path) -> None:
    program = write(tmp_path / "seven.py", "raise SystemExit(7)\n")
    assert ipcsim("run", program).returncode == 7


def test_death_by_signal_is_repeated(tmp_path: Path) -> None:
    program = write(
        tmp_path / "die.py", "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n"
    )
    assert ipcsim("run", program).returncode == -signal.SIGTERM


def test_timeout_ends_with_124(tmp_path: Path) -> None:
    program = write(tmp_path / "wait.py", "import threading\nthreading.Event().wait()\n")
    result = ipcsim("run", "--timeout", "1", program)
    assert result.returncode == 124


def test_module(tmp_path: Path) -> None:
    write(tmp_path / "speaks.py", "import sys\nprint(__name__, sys.argv[1:])\n")
    result = ipcsim("run", "--report", "told.json", "-m", "speaks", "-x", "1", cwd=tmp_path)
    assert result.stdout == "__main__ ['-x', '1']\n", result.stderr
    assert json.loads((tmp_path / "told.json").read_text())["program"] == "speaks"


@pytest.mark.parametrize("name", ["threading", "queue", "typing", "subprocess", "json"])
def test_programs_own_modules_are_found_before_the_librarys_as_they_are_bare(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path / f"{name}.py", "class Mine: pass\n")
    program = write(
        tmp_path / "program.py",
        f"import {name}, os\nprint({name}.Mine, os.getcwd())\n"
        "try:\n"
        "    import multiprocessing.synchronize, queue\n"
        "    print(multiprocessing.Lock(), queue.Queue)\n"
        "except (ImportError, AttributeError) as error:\n"
        "    print(error)\n",
    )
    bare = subprocess.run(
        [sys.executable, program], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    watched = ipcsim("run", program.name, cwd=tmp_path)
    assert watched.stdout == bare.stdout, watched.stderr
    assert watched.returncode == bare.returncode == 0
    assert watched.stderr.startswith("Ended after") or "threading" in bare.stderr


def test_folder_with_a_main_module(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import sys; print(__name__, sys.argv[1:])")
    done = ipcsim("run", tmp_path, "x")
    assert done.stdout == "__main__ ['x']\n"


def test_report_keeps_to_its_schema(adder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ipcsim("run", "--report", report, adder)
    content = json.loads(report.read_text())
    schema = json.loads((ROOT / "ipcsim/run/report.schema.json").read_text())
    jsonschema.validate(content, schema)
    assert content["format"] == "ipcsim-report"
    assert content["exit_code"] == 0
    assert content["lost"] == 0
    assert len(content["processes"]) == 3
    queue = next(each for each in content["objects"] if each["kind"] == "Queue")
    assert queue["name"] == "queue"
    assert queue["puts"] == queue["gets"] == 2
    assert queue["created_at"].endswith("adder.py:6")


def test_a_recording_can_be_exported(adder: Path, tmp_path: Path) -> None:
    recording = tmp_path / "run.ipcsim"
    ipcsim("run", "--record", recording, adder)
    for name in ("events.csv", "table.md", "trace.json"):
        result = ipcsim("export", recording, tmp_path / name)
        assert result.returncode == 0, result.stderr
        assert "queue" in (tmp_path / name).read_text()


def test_what_no_encoding_has_is_told_too(tmp_path: Path) -> None:
    program = write(tmp_path / "odd.py", "raise ValueError('no file \\udcff')\n")
    recording, file = tmp_path / "run.ipcsim", tmp_path / "report.json"
    result = ipcsim("run", "--record", recording, "--report", file, program)
    assert result.returncode == 1
    (process,) = json.loads(file.read_text("utf-8"))["processes"]
    assert process["exception"] == "ValueError: no file \udcff"
    for name in ("events.csv", "table.md", "trace.json"):
        assert ipcsim("export", recording, tmp_path / name).returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_report_that_cant_be_written_costs_no_summary(adder: Path) -> None:
    result = ipcsim("run", "--report", "/dev/full", adder)
    assert result.returncode == 2
    assert "Queue" in result.stderr
    assert "'/dev/full'" in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs a limit to the size of files")
def test_a_recording_that_cant_grow_says_what_is_missing(tmp_path: Path) -> None:
    """The program goes on as it would, and nothing is said to be complete."""
    program = write(
        tmp_path / "long.py",
        "import multiprocessing as mp\n"
        "value = mp.Value('i')\n"
        "for _ in range(200_000): value.value += 1\n"
        "late = mp.get_context('fork').Process(target=print, name='late')\n"
        "late.start()\n"
        "late.join()\n"
        "print(value.value)\n",
    )
    limited = write(
        tmp_path / "limited.py",
        "import resource, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from ipcsim.cli import command\n"
        "if __name__ == '__main__':\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({8 << 20}, {8 << 20}))\n"
        "    sys.exit(command(sys.argv[1:]))\n",
    )
    file = tmp_path / "report.json"
    words: list[str | Path] = ["run", "--record", tmp_path / "run.ipcsim", "--report", file]
    result = subprocess.run(
        [sys.executable, limited, *words, program], capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stdout) == (0, "\n200000\n"), result.stderr
    assert "can't grow any more" in result.stderr
    content = json.loads(file.read_text("utf-8"))
    assert content["lost"] > 100_000
    assert content["events"] + content["lost"] >= 400_000
    assert {finding["kind"] for finding in content["findings"]} == {"incomplete"}
    # Who came and went is told all the same.
    ends = {process["name"]: process["exit_code"] for process in content["processes"]}
    assert ends == {"MainProcess": 0, "late": 0}
    assert "starting" not in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run"], "which program"),
        (["run", "nowhere.py"], "no program nowhere.py"),
        (["run", "--workers", "0", "x.py"], "at least 1"),
        (["run", "--set", "novalue", "x.py"], "NAME=VALUE"),
        (["run", "--timeout", "-1", "x.py"], "above 0"),
        (["run", "--python", "/nowhere/python", "x.py"], "no Python"),
        (["run", "--record", "/nowhere/x.ipcsim", "x.py"], "no folder"),
        (["run", "--record", ".", __file__], "is a folder"),
        (["run", "--report", ".", __file__], "is a folder"),
        (["run", "--record", "/dev/null", __file__], "no ordinary file"),
        (["run", "--record", "/proc/x.ipcsim", __file__], "/proc/x.ipcsim"),
        (["run", "-m"], "expected one argument"),
        (["run", "lesson:lost_updat"], "lost_update"),
        (["run", "--start-method", "vfork", "x.py"], "invalid choice"),
        (["open", "nowhere.ipcsim"], "no file"),
        (["fly"], "invalid choice"),
    ],
)
def test_wrong_usage_says_what_to_do(words: list[str], says: str, tmp_path: Path) -> None:
    result = ipcsim(*words, cwd=tmp_path)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_parameter_is_named(adder: Path) -> None:
    result = ipcsim("run", "--set", "wrokers=3", adder)
    assert result.returncode == 2
    assert "workers" in result.stderr


def test_explore_names_an_unknown_parameter_in_one_line(adder: Path) -> None:
    called = ipcsim("explore", "--jobs", "2", "--set", "nothing=1", str(adder))
    assert called.returncode == 2
    (said,) = called.stderr.splitlines()
    assert "nothing" in said


def test_explore_finds_modules_where_python_does(adder: Path, tmp_path: Path) -> None:
    """In the working directory too, which a console script doesn't have on its path."""
    for folder in ("bin", "own"):
        (tmp_path / folder).mkdir()
    script = write(
        tmp_path / "bin" / "door.py",
        "import sys\nfrom ipcsim.cli import command\n"
        "if __name__ == '__main__':\n    sys.exit(command(sys.argv[1:]))\n",
    )
    write(tmp_path / "own" / "__init__.py", "")
    adder.rename(tmp_path / "own" / "adder.py")
    for module, code, says in (("own.adder", 0, ""), ("own.nil", 2, "no module own.nil")):
        words = ["explore", "--schedules", "1", "--set", "workers=1", "-m", module]
        done = subprocess.run(
            [sys.executable, script, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "en"},
            timeout=90,
        )
        assert (done.returncode, says in done.stderr) == (code, True), done.stderr


def test_a_corrupt_recording_is_no_traceback(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipcsim"
    broken.write_bytes(b"something else")
    result = ipcsim("export", broken, tmp_path / "x.csv")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_lessons_are_listed_and_run() -> None:
    listing = ipcsim("lessons")
    assert "lost_update" in listing.stdout
    result = ipcsim("run", "--workers", "2", "--set", "rounds=100", "lesson:lost_update/fixed")
    assert result.stdout == "200 of 200\n"


def test_doctor_says_how_it_is() -> None:
    result = ipcsim("doctor")
    assert "pyqtgraph" in result.stdout
    assert result.returncode == 0, result.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="displays are X11's")
def test_doctor_tells_a_display_that_can_t_be_reached_from_a_missing_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":4242")
    told = " ".join(ipcsim("doctor").stdout.split())
    assert "could not connect to display :4242" in told
    assert "start it where that display can be reached" in told


def test_what_is_no_python_runs_nothing(adder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", "#!/bin/sh\necho ran\n")
    other.chmod(0o755)
    done = ipcsim("run", "--python", other, adder)
    assert done.returncode == 2
    assert "no CPython" in done.stderr
    assert "ran" not in done.stdout


def test_the_summary_begins_on_a_line_of_its_own(tmp_path: Path) -> None:
    program = write(tmp_path / "program.py", "import sys\nsys.stderr.write('no end')\n")
    done = ipcsim("run", program)
    assert done.stderr.startswith("no end\nEnded after"), done.stderr
