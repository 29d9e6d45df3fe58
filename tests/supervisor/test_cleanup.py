"""Nothing is left behind, however ipcsim goes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from ipcsim.supervisor import cleanup, family, sessions
from tests.run.watching import program, watch

HOLDS = """
    import multiprocessing as mp, os, time
    from multiprocessing.shared_memory import SharedMemory

    def work(queue, event):
        print("pid", os.getpid(), flush=True)
        event.wait()

    if __name__ == "__main__":
        block = SharedMemory(create=True, size=100)
        context = mp.get_context("spawn")
        queue, event = context.Queue(), context.Event()
        manager = context.Manager()
        for _ in range(2):
            context.Process(target=work, args=(queue, event)).start()
        if os.fork() == 0 and os.fork() == 0:
            os.setsid()
            time.sleep(100)
        print("pid", os.getpid(), block.name, flush=True)
        time.sleep(100)
"""


def shared() -> set[str]:
    """Names in shared memory that multiprocessing makes."""
    return {n for n in os.listdir("/dev/shm") if n.startswith(("sem.mp-", "psm_"))}


def wait_until_gone(pids: list[int]) -> None:
    """Wait until no process of these runs any more."""
    deadline = time.monotonic() + 20
    while any(family.start_time(pid) for pid in pids if family.zombie_exit_code(pid) is None):
        assert time.monotonic() < deadline, [family.command_of(pid) for pid in pids]
        os.sched_yield()


def test_ipcsim_is_killed(tmp_path: Path) -> None:
    path = program(tmp_path, HOLDS)
    viewer = program(
        tmp_path,
        f"""
        import sys
        from pathlib import Path
        from ipcsim.run.session import Session
        from ipcsim.run.spec import RunSpec
        if __name__ == "__main__":
            with Session(RunSpec(program=Path({str(path)!r}), terminal="inherit")) as session:
                while True:
                    session.poll()
                    session.wait(0.05)
        """,
        "viewer.py",
    )
    root = str(Path(__file__).parents[2])
    ipcsim = subprocess.Popen(
        [sys.executable, str(viewer)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": root, "XDG_CACHE_HOME": str(tmp_path)},
    )
    assert ipcsim.stdout is not None
    lines = [ipcsim.stdout.readline().split() for _ in range(3)]
    block = next(words[2] for words in lines if len(words) > 2)
    deadline = time.monotonic() + 20
    while len(pids := family.descendants(ipcsim.pid)) < 6:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    held = {
        Path(name).name
        for pid in pids
        for name in _maps(pid)
        if name.startswith("/dev/shm/") and "deleted" not in name and "ipcsim" not in name
    }
    assert block in held
    assert any(name.startswith("sem.mp-") for name in held)
    ipcsim.send_signal(signal.SIGKILL)
    ipcsim.wait()
    wait_until_gone(pids)
    assert not held & shared()
    assert not list(tmp_path.rglob("*.ipcsim"))
    # The supervisor's last act is to remove the directory that it owned.
    owners = {o.name.split("-")[1] for o in sessions.sessions_folder().glob("*/owner-*")}
    assert not {str(pid) for pid in pids} & owners


def _maps(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return []
    return [line[line.index("/") :] for line in text.splitlines() if "/" in line]


def test_what_a_program_leaves_is_removed_and_told(tmp_path: Path) -> None:
    run = watch(
        program(
            tmp_path,
            """
            import os, time
            if os.fork() == 0:
                os.setsid()
                time.sleep(100)
            """,
        ),
    )
    assert run.ended.exit_code == 0
    left = [p.pid for p in run.trace.processes][1]
    assert str(left) in " ".join(run.ended.leftovers)
    assert not family.start_time(left)


def test_a_block_whose_maker_is_killed_before_it_has_it_in_hand(tmp_path: Path) -> None:
    before = shared()
    run = watch(
        program(
            tmp_path,
            """
            import multiprocessing as mp, os, signal
            from multiprocessing import resource_tracker
            from multiprocessing.shared_memory import SharedMemory

            def killed_while_it_starts_the_tracker(name, kind):
                # The tracker goes with a terminal as well: nobody unlinks what it knows.
                print("made", name, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)

            def work():
                resource_tracker.register = killed_while_it_starts_the_tracker
                SharedMemory(create=True, size=100)

            if __name__ == "__main__":
                worker = mp.get_context("spawn").Process(target=work)
                worker.start()
                worker.join()
            """,
        ),
    )
    assert run.stdout.startswith("made /psm_")
    assert not {n for n in shared() - before if n.startswith("psm_")}


@pytest.mark.parametrize("named", [True, False], ids=["named", "killed before it wrote its name"])
def test_stale_sessions_are_removed(named: bool) -> None:
    script = textwrap.dedent("""
        from ipcsim.supervisor import sessions
        print(sessions.new_session())
    """)
    made = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    stale = Path(made.stdout.strip())
    assert stale.is_dir()
    if not named:
        next(stale.glob("owner-*")).unlink()
    own = sessions.new_session()
    sessions.remove_stale()
    assert not stale.exists()
    assert own.is_dir()
    assert own.stat().st_mode & 0o077 == 0
    next(own.glob("owner-*")).unlink()
    sessions.remove_stale()
    assert own.is_dir(), "who makes it may not have written its name yet"
    own.rmdir()


def test_two_that_remove_the_same_leave_each_other_alone() -> None:
    script = "from ipcsim.supervisor import sessions\nprint(sessions.new_session())"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script]
    made = [subprocess.run(command, capture_output=True, text=True, cwd=root) for _ in "ab"]
    stale = {Path(one.stdout.strip()) for one in made}

    def vanishes(directory: Path) -> None:
        shutil.rmtree(directory)
        next(directory.iterdir())

    sessions.remove_stale(vanishes)
    assert not any(directory.exists() for directory in stale)


def test_another_start_leaves_a_run_alone_that_has_ended_and_is_looked_at(tmp_path: Path) -> None:
    # In an ipcsim of its own: this one's tests may have more queues than the run's.
    viewer = """
        import sys
        from pathlib import Path
        from ipcsim.run.session import Session
        from ipcsim.run.spec import RunSpec

        if __name__ == "__main__":
            with Session(RunSpec(program=Path(sys.argv[1]))) as session:
                while session.running:
                    session.wait(0.1)
                    session.poll()
                session._process.join()
                print("over", flush=True)
                input()
                session.save(Path(sys.argv[2]))
    """
    path, saved = program(tmp_path, "print('done')"), tmp_path / "saved.ipcsim"
    with subprocess.Popen(
        [sys.executable, program(tmp_path, viewer, "viewer.py"), path, saved],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "over\n"
        sessions.remove_stale()
        assert process.communicate("\n", timeout=30) == ("", "")
    assert saved.stat().st_size > 0


def test_an_abandoned_interpreter_that_has_no_ring_yet_is_ended(tmp_path: Path) -> None:
    script = tmp_path / "launch.py"
    script.write_text("print(flush=True)\ninput()")
    directory = tmp_path / "run"
    command = [sys.executable, str(script), str(directory)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        cleanup.end_abandoned(directory)
        assert process.wait(10) == -signal.SIGKILL


def test_all_of_ipcsim_is_killed_at_once_its_tracker_too(tmp_path: Path) -> None:
    path = program(tmp_path, "import time\nprint('runs', flush=True)\ntime.sleep(100)")
    ipcsim = subprocess.Popen(
        [sys.executable, "-m", "ipcsim", "run", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    assert ipcsim.stdout is not None
    assert ipcsim.stdout.readline() == "runs\n"
    pids = family.descendants(ipcsim.pid)
    os.killpg(ipcsim.pid, signal.SIGKILL)
    ipcsim.wait()
    wait_until_gone(pids)
    (directory,) = sessions.sessions_folder().glob(f"run-{ipcsim.pid}-*")
    made = list(Path("/dev/shm").glob(f"sem.{cleanup.own_prefix(directory)}-*"))
    assert len(made) == 3, "what is to be removed is there"
    sessions.remove_stale()
    deadline = time.monotonic() + 20
    while any(path.exists() for path in made):
        # Another ipcsim that has just been started may be about to remove the same.
        assert time.monotonic() < deadline
        os.sched_yield()
