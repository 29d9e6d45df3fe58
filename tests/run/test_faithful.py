"""In ipcsim's terminal a program is what it is without: output, input, exit code, tracebacks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.run.watching import other_pythons, program

ROOT = Path(__file__).parents[2]

PROGRAMS = {
    "identity": """
        import sys, os
        print(sys.argv, sys.path[0], sys.orig_argv, __file__, __name__, __spec__, __package__)
        print(sorted(globals()), sys.flags, __builtins__, sorted(os.environ) == sorted(os.environ))
        print(sys.stdout, sys.stderr, sys.stdin, len(os.listdir("/proc/self/fd")))
        import __main__
        print(__main__.__dict__ is globals(), vars(__main__)["__cached__"])
    """,
    "input": "import sys\nprint(sys.stdin.read().upper(), input.__name__)",
    "raises": """
        def inner(): return 1 / 0
        try:
            inner()
        except ZeroDivisionError as error:
            raise KeyError("outer") from error
    """,
    "in a child": """
        import multiprocessing as mp
        def work(): raise ValueError("child")
        if __name__ == "__main__":
            for method in ("fork", "spawn", "forkserver"):
                worker = mp.get_context(method).Process(target=work, name="same")
                worker.start(); worker.join(); print(worker.exitcode, flush=True)
    """,
    "through our wrappers": """
        import logging, multiprocessing as mp, threading, time, traceback
        def work(): time.sleep(-1)
        if __name__ == "__main__":
            try:
                work()
            except ValueError:
                traceback.print_exc()
                logging.exception("logged")
            for kind in (mp.get_context("fork").Process, threading.Thread):
                worker = kind(target=work, name="same")
                worker.start(); worker.join()
            mp.Lock().release()
    """,
    "syntax": "print(1\nif",
    "exit text": "import sys, atexit\natexit.register(print, 'at exit')\nsys.exit('no')",
    "exit code": "import os\nos._exit(77)",
    "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "interrupted": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhile True: pass",
    "handles it": """
        import os, signal, time
        signal.signal(signal.SIGINT, lambda *_: print("no", flush=True))
        os.kill(os.getpid(), signal.SIGINT)
        print(signal.getsignal(signal.SIGTERM), signal.pthread_sigmask(signal.SIG_BLOCK, []))
    """,
    "hook": """
        import sys
        sys.excepthook = lambda kind, value, tb: print(kind, value, tb.tb_lineno, tb.tb_next)
        raise OSError("x")
    """,
    "written once": """
        import fcntl, os, signal, sys
        reader, writer = os.pipe()
        shown = os.dup(1)
        os.dup2(writer, 1)
        # The write itself makes the kernel send the signal.
        fcntl.fcntl(reader, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(reader, 10, signal.SIGINT)  # F_SETSIG
        fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
        try:
            print("once", flush=True)
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
        fcntl.fcntl(reader, fcntl.F_SETFL, 0)
        sys.stdout.flush()
        os.write(shown, os.read(reader, 100))
    """,
    "threads go on": """
        import threading, time
        def later(): time.sleep(0.1); print("later")
        threading.Thread(target=later).start()
        raise SystemExit(9)
    """,
}

VIEWER = """
    import os, signal, sys
    from pathlib import Path
    from ipcsim.run.session import Session
    from ipcsim.run.spec import RunSpec
    if __name__ == "__main__":
        path, python = sys.argv[1:3]
        spec = RunSpec(program=Path(path), args=sys.argv[3:], python=python, terminal="inherit")
        with Session(spec) as session:
            while session.running:
                session.poll()
                session.wait(0.05)
        code = session.ended.exit_code
        sys.exit(code if code >= 0 else 128 - code)
"""


_EVERYWHERE = (
    "identity",
    "in a child",
    "through our wrappers",
    "syntax",
    "interrupted",
    "written once",
)
_CASES = [(name, sys.executable) for name in PROGRAMS]
_CASES += [(name, python) for python in other_pythons() for name in _EVERYWHERE]


@pytest.mark.parametrize(("name", "python"), _CASES)
def test_same_as_bare(tmp_path: Path, name: str, python: str) -> None:
    path = program(tmp_path, PROGRAMS[name])
    viewer = program(tmp_path, VIEWER, "viewer.py")
    own = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    bare = subprocess.run(
        [python, str(path), "a", "b c"],
        input="given",
        capture_output=True,
        text=True,
        timeout=60,
        env=own,
    )
    environment = {**own, "PYTHONPATH": str(ROOT)}
    without_path = os.environ.get("PYTHONPATH", "")
    assert not without_path, "the watched program's environment must be the bare one's"
    watched = subprocess.run(
        [sys.executable, str(viewer), str(path), python, "a", "b c"],
        input="given",
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    assert watched.stdout == bare.stdout
    assert watched.stderr == bare.stderr
    code = bare.returncode
    assert watched.returncode == (code if code >= 0 else 128 - code)


def test_ctrl_c_is_the_programs_to_decide(tmp_path: Path) -> None:
    path = program(
        tmp_path,
        """
        import time
        try:
            print("ready", flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            print("handled", flush=True)
            raise SystemExit(4)
        """,
    )
    viewer = program(
        tmp_path,
        VIEWER.replace(
            "while session",
            "signal.signal(signal.SIGINT, signal.SIG_IGN)\n            while session",
        ),
        "viewer.py",
    )
    process = subprocess.Popen(
        [sys.executable, str(viewer), str(path), sys.executable],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    assert process.stdout.read() == "handled\n"
    assert process.wait() == 4


DECIDES = """
import signal, sys, time
count = 0
def handle(number, frame):
    global count
    count += 1
for name in ("SIGTERM", "SIGHUP", "SIGINT"):
    signal.signal(getattr(signal, name), handle)
print("ready", flush=True)
while not count:
    time.sleep(0.01)
time.sleep(0.3)  # a second one would come meanwhile
print("handled", count, flush=True)
sys.exit(6)
"""


IGNORES = """
import signal
print("ready", flush=True)
print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, flush=True)
"""


def run_and_signal(
    path: Path, number: signal.Signals, everybody: bool, at_first: signal.Handlers = signal.SIG_DFL
) -> tuple[str, str, int]:
    """Send a running ``ipcsim run``, or its whole group, a signal: stdout, stderr, exit code."""
    # Tests that began under nohup ignore SIGHUP, and so would whatever they start.
    before = signal.signal(number, at_first)
    errors = path.with_suffix(".stderr")
    try:
        with errors.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "ipcsim", "run", str(path)],
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=ROOT,
                start_new_session=True,
            )
    finally:
        signal.signal(number, before)
    assert process.stdout is not None
    late = threading.Timer(60, process.kill)
    late.start()
    try:
        assert process.stdout.readline() == "ready\n"
        (os.killpg if everybody else os.kill)(process.pid, number)
        # communicate() wouldn't have what was read along with that line.
        output = process.stdout.read()
        code = process.wait()
        return output, errors.read_text(), code
    finally:
        late.cancel()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("everybody", [False, True])
def test_the_program_gets_each_signal_once(tmp_path: Path, name: str, everybody: bool) -> None:
    path = program(tmp_path, DECIDES)
    output, errors, code = run_and_signal(path, signal.Signals[name], everybody)
    assert output == "handled 1\n"
    assert code == 6
    assert "exit code 6" in errors
    assert "leaked" not in errors


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.parametrize("everybody", [False, True])
def test_under_nohup_a_program_may_listen_all_the_same(tmp_path: Path, everybody: bool) -> None:
    path = program(tmp_path, DECIDES)
    answer = run_and_signal(path, signal.SIGHUP, everybody, signal.SIG_IGN)
    assert (answer[0], answer[2]) == ("handled 1\n", 6)
    path = program(tmp_path, IGNORES)
    answer = run_and_signal(path, signal.SIGHUP, everybody, signal.SIG_IGN)
    assert (answer[0], answer[2]) == ("True\n", 0)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
def test_a_signal_that_ends_the_program_ends_us_with_a_summary(tmp_path: Path) -> None:
    path = program(tmp_path, "import time\nprint('ready', flush=True)\ntime.sleep(60)")
    _output, errors, code = run_and_signal(path, signal.SIGTERM, everybody=False)
    assert code == -signal.SIGTERM
    assert "terminated" in errors or "SIGTERM" in errors
    assert "Ended after" in errors
