"""Programs that use installed packages: what these do is seen, what they are isn't judged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ipcsim.analysis import findings
from ipcsim.events import Kind
from ipcsim.trace.queries import channels
from tests.run.watching import Run, program, watch

PARALLEL = """
    from joblib import Parallel, delayed

    def double(n):
        return n * 2

    if __name__ == "__main__":
        print(Parallel(n_jobs=2, backend={backend!r})(delayed(double)(n) for n in range(20)))
"""


def parallel(folder: Path, backend: str) -> Run:
    return watch(program(folder, PARALLEL.format(backend=backend)), python=sys.executable)


def counts(run: Run) -> dict[str, tuple[int, int]]:
    """Messages put into and taken out of what was used, by name."""
    found = channels(run.trace)
    return {run.trace.objects[c.obj].name: (len(c.puts), len(c.gets)) for c in found if len(c.puts)}


def test_workers_of_loky_are_watched(tmp_path: Path) -> None:
    run = parallel(tmp_path, "loky")
    assert (run.ended.exit_code, run.ended.lost) == (0, 0)
    workers = [p for p in run.trace.processes if p.name.startswith("LokyProcess")]
    assert len(workers) == 2
    store = run.trace.store
    begun = {run.trace.actors[int(store.actor.view[o])].process for o in store.of(-1, Kind.TARGET)}
    assert begun >= {worker.process for worker in workers}
    put, got = counts(run)["self._call_queue"]
    assert put == got > 0
    # joblib's own globals, loops and return values are nobody's mistake here.
    found = [
        one.sentence for one in findings(run.trace) if one.kind == "never_received" or one.pitfall
    ]
    assert found == []


def test_a_pipe_of_the_programs_stays_its_own_in_the_hands_of_the_library(tmp_path: Path) -> None:
    """joblib's pool sends by a pipe of its own, and multiprocessing's pool receives from it."""
    run = parallel(tmp_path, "multiprocessing")
    assert (run.ended.exit_code, run.ended.lost) == (0, 0)
    results = [one for one in counts(run).values() if one[0] >= 2]
    assert results
    assert all(put - got <= 2 for put, got in results)  # what ends the workers may be left


def test_a_virtual_environment_beside_the_program_is_not_its_own(tmp_path: Path) -> None:
    package = tmp_path / ".venv" / "lib" / "site-packages"
    package.mkdir(parents=True)
    program(package, "import multiprocessing as mp\ntheirs = mp.Lock()\n", "theirs.py")
    program(tmp_path, "import multiprocessing as mp\nours = mp.Lock()\n", "ours.py")
    start = f"import sys; sys.path.insert(0, {str(package)!r})\nimport ours, theirs\n"
    run = watch(program(tmp_path, start))
    assert [thing.name for thing in run.trace.objects] == ["ours", "theirs"]
    assert {Path(file).name for file in run.trace.sources} >= {"ours.py", "theirs.py"}
    assert {Path(file).name for file in run.trace.packages} == {"theirs.py"}


@pytest.mark.parametrize("kind", ["own", "parent"])
def test_a_queue_with_a_state_of_its_own(tmp_path: Path, kind: str) -> None:
    """A subclass that pickles more than its base does, or leaves it to that."""
    super_state = kind == "parent"
    path = program(
        tmp_path,
        f"""
        import multiprocessing as mp
        from multiprocessing import context, queues

        class Named(queues.Queue):
            def __getstate__(self):
                if {super_state}:
                    return super().__getstate__()
                context.assert_spawning(self)
                return (self._ignore_epipe, self._maxsize, self._reader, self._writer,
                        self._rlock, self._wlock, self._sem, self._opid)

            def __setstate__(self, state):
                if {super_state}:
                    super().__setstate__(state)
                    return
                (self._ignore_epipe, self._maxsize, self._reader, self._writer,
                 self._rlock, self._wlock, self._sem, self._opid) = state
                self._reset()

        def work(jobs, answers):
            answers.put(jobs.get() + 1)

        if __name__ == "__main__":
            ctx = mp.get_context("spawn")
            jobs, answers = Named(ctx=ctx), Named(ctx=ctx)
            worker = ctx.Process(target=work, args=(jobs, answers))
            worker.start()
            jobs.put(1)
            print(answers.get())
            worker.join()
        """,
    )
    run = watch(path)
    assert run.stdout == "2\n"
    assert counts(run) == {"jobs": (1, 1), "answers": (1, 1)}


def test_how_a_package_is_written_is_nobodys_finding(tmp_path: Path) -> None:
    package = tmp_path / "lib" / "site-packages"
    package.mkdir(parents=True)
    text = """
        import threading

        condition, ready = threading.Condition(), []

        def work():
            with condition:
                if not ready:
                    condition.wait()

        def run():
            thread = threading.Thread(target=work)
            thread.start()
            while not condition._waiters:
                pass
            with condition:
                ready.append(1)
                condition.notify()
            thread.join()
        """
    program(package, text, "theirs.py")
    program(tmp_path, text, "ours.py")
    for module, said in (("ours", ["wait_without_while"]), ("theirs", [])):
        start = (
            f"import sys; sys.path.insert(0, {str(package)!r})\nimport {module}; {module}.run()\n"
        )
        run = watch(program(tmp_path, start))
        assert [finding.kind for finding in findings(run.trace)] == said
        assert [thing.name for thing in run.trace.objects] == ["condition"]


WAKER = """
    import multiprocessing as mp

    class Waker:
        def __init__(self):
            self.reader, self.writer = mp.Pipe(duplex=False)
            self.writer.send_bytes(b"")
"""


@pytest.mark.parametrize(
    ("place", "found"), [("site-packages", set()), ("own", {"never_received"})]
)
def test_what_a_package_leaves_in_its_own_pipe_is_not_judged(
    tmp_path: Path, place: str, found: set[str]
) -> None:
    folder = tmp_path / place
    folder.mkdir()
    program(folder, WAKER, "waker.py")
    text = f"""
        import sys
        sys.path.append({str(folder)!r})
        import waker
        kept = waker.Waker()
    """
    run = watch(program(tmp_path, text), python=sys.executable)
    kinds = {one.kind for one in findings(run.trace)}
    assert kinds - {"never_closed"} == found
    assert bool(kinds) == bool(found)
