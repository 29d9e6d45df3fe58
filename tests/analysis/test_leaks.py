"""What was opened, started or borrowed and never given back, in a line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import findings

from .running import kinds, run_text

LEAKS = """
    import multiprocessing as mp, time
    from multiprocessing import shared_memory

    def work(*_):
        pass

    if __name__ == "__main__":
        {body}
"""


@pytest.mark.parametrize(
    ("body", "kind", "severity"),
    [
        (
            "block = shared_memory.SharedMemory(create=True, size=9); block.close()",
            "never_unlinked",
            "wrong",
        ),
        ("a, b = mp.Pipe(); a.send(1); b.recv()", "never_closed", "notice"),
        ("mp.Process(target=work).start(); time.sleep(0.5)", "never_joined", "notice"),
        ("q = mp.JoinableQueue(); q.put(1); q.get()", "never_acknowledged", "notice"),
        ("q = mp.Queue(); q.put(1); q.cancel_join_thread()", "never_received", "wrong"),
        ("s = mp.BoundedSemaphore(1)\n        try: s.release()\n        except ValueError: pass",
         "over_release", "wrong"),
    ],
)  # fmt: skip
def test_leaks(body: str, kind: str, severity: str, tmp_path: Path) -> None:
    found = findings(run_text(LEAKS.format(body=body), tmp_path))
    assert [(one.kind, one.severity) for one in found] == [(kind, severity)]
    assert found[0].remedy


@pytest.mark.parametrize(
    "body",
    [
        "block = shared_memory.SharedMemory(create=True, size=9); block.close(); block.unlink()",
        "a, b = mp.Pipe(); a.send(1); b.recv(); a.close(); b.close()",
        "p = mp.Process(target=work); p.start(); p.join()",
        "q = mp.JoinableQueue(); q.put(1); q.get(); q.task_done(); q.join()",
        "s = mp.Semaphore(0); s.release(); s.acquire()",
    ],
)
def test_what_is_given_back_is_no_leak(body: str, tmp_path: Path) -> None:
    assert findings(run_text(LEAKS.format(body=body), tmp_path)) == []


def test_the_end_of_the_stream_never_comes(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        def send(end):
            end.send(1)
            end.close()

        if __name__ == "__main__":
            receive, end = mp.Pipe(False)
            one = mp.Process(target=send, args=(end,))
            one.start()
            while True:
                receive.recv()
        """,
        tmp_path,
        timeout=2,
    )
    (finding,) = [one for one in findings(trace) if one.kind == "open_end"]
    assert "keeps the writing end end open itself" in finding.sentence


def test_who_has_closed_its_end_is_not_waited_for(tmp_path: Path) -> None:
    trace = run_text(
        """
        import multiprocessing as mp

        def read(end):
            while True:
                try:
                    end.recv()
                except EOFError:
                    break

        if __name__ == "__main__":
            receive, end = mp.Pipe(False)
            reader = mp.Process(target=read, args=(receive,))
            reader.start()
            end.send(1)
            end.close()
            reader.join()
        """,
        tmp_path,
        timeout=2,
    )
    assert kinds(trace) == {"open_end", "blocked"}
