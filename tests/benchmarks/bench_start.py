"""What a watched worker costs to start, against a bare one in the same run; and its memory.

``python -m tests.benchmarks.bench_start``
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.run.terminal import GATHER_S
from ipcsim.supervisor.messages import Output, Started
from tests.benchmarks.alone import raise_share, run_alone

ROUNDS = 15
PROGRAM = """
    import multiprocessing as mp, statistics, time
    def work(queue):
        began = time.perf_counter()
        rss = next(l for l in open("/proc/self/status") if l.startswith("RssAnon"))
        queue.put((began, int(rss.split()[1])))
    if __name__ == "__main__":
        for method in ("fork", "spawn", "forkserver"):
            context = mp.get_context(method)
            queue, times, rss = context.SimpleQueue(), [], []
            for turn in range(12):
                began = time.perf_counter()
                worker = context.Process(target=work, args=(queue,))
                worker.start()
                at, kb = queue.get()
                worker.join()
                if turn > 1:
                    times.append(at - began); rss.append(kb)
            print(method, statistics.median(times) * 1e3, statistics.median(rss), flush=True)
"""


def table(output: str) -> dict[str, tuple[float, float]]:
    """ms and KB by start method."""
    lines = [line.split() for line in output.splitlines()]
    return {words[0]: (float(words[1]), float(words[2])) for words in lines}


def main() -> None:
    """Measure, interleaved, and print."""
    run_alone()
    results: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "starts.py"
        program.write_text(textwrap.dedent(PROGRAM))
        for _ in range(ROUNDS):
            bare = subprocess.run(
                [sys.executable, str(program)], capture_output=True, text=True, check=True
            ).stdout
            pieces: list[bytes] = []
            with Session(RunSpec(program)) as session:
                while session.running:
                    for message in session.poll():
                        if isinstance(message, Started):
                            raise_share()
                        elif isinstance(message, Output) and message.stream == 1:
                            pieces.append(message.data)
                    session.wait(0.05, gather=GATHER_S)
            for name, text in (("bare", bare), ("watched", b"".join(pieces).decode())):
                for method, figures in table(text).items():
                    results.setdefault((method, name), []).append(figures)
    for method in ("fork", "spawn", "forkserver"):
        medians = {}
        for name in ("bare", "watched"):
            both = results[method, name]
            medians[name] = [statistics.median(column) for column in zip(*both, strict=True)]
        (bare_ms, bare_kb), (ms, kb) = medians["bare"], medians["watched"]
        print(
            f"{method:11} {bare_ms:6.1f} -> {ms:6.1f} ms ({ms / bare_ms:.2f}x), "
            f"{(kb - bare_kb) / 1024:+.1f} MB"
        )


if __name__ == "__main__":
    main()
