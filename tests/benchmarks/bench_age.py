"""Age of events when ipcsim has them in its trace: busy workers on all cores.

``python -m tests.benchmarks.bench_age [WORKERS [NICE]]``

Each event's age is the time from its own stamp to the end of the poll that has brought it; of
those that happened while all workers were at work. Polled is as often as the window does; what it
draws besides is in ``bench_frames``. (Shares of the time between two cuts wouldn't do: while
processes start and end there are few events and long times between cuts.)
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import textwrap
import time
from pathlib import Path

from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor import family
from tests.benchmarks.ages import Ages, all_busy
from tests.benchmarks.alone import raise_share, run_alone, stolen_ms, warm_memory

SECONDS = 8.0
PROGRAM = """
    import multiprocessing as mp, time
    def work(lock, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with lock:
                pass
    def main(workers: int = 8, seconds: float = 8.0):
        ps = [mp.Process(target=work, args=(mp.Lock(), seconds)) for _ in range(workers)]
        for p in ps: p.start()
        for p in ps: p.join()
    if __name__ == "__main__":
        main()
"""


def cpu_of(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = family._stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def main() -> None:
    """Measure and print."""
    run_alone()
    warm_memory()
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    nice = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    polls = 0
    took: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "busy.py"
        program.write_text(textwrap.dedent(PROGRAM))
        spec = RunSpec(program, parameters={"workers": workers, "seconds": SECONDS}, nice=nice)
        before, stolen = time.process_time(), stolen_ms()
        with Session(spec) as session:
            ages = Ages(session.trace)
            supervisor = 0.0
            while session.running:
                polls += 1
                if polls in (20, 60):
                    raise_share()  # the program's session begins a little later
                began = time.perf_counter()
                session.poll()
                took.append((time.perf_counter() - began) * 1e3)
                ages.look()
                if session.running:
                    supervisor = cpu_of(session._process.pid) or supervisor
                # As the window does between its frames.
                time.sleep(0.004)
            trace, ended = session.trace, session.ended
            own, stolen = time.process_time() - before, stolen_ms() - stolen
            begin, end = all_busy(trace, workers)
            every, newest, undisturbed = ages.between(begin, end)
    assert ended is not None
    events, rate = trace.event_count, trace.event_count / SECONDS
    print(f"{workers} workers, nice {nice}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}:")
    print(f"  {events:,} events, {rate:,.0f} a second, lost {ended.lost}")
    print(f"  taken by the machine's host: {stolen:.0f} ms")
    for name, of in (
        ("of all events", every),
        ("of each poll's newest", newest),
        ("of those from which nothing was taken", undisturbed),
    ):
        quantiles = statistics.quantiles(of.tolist(), n=100)
        print(f"  age {name}: p50 {quantiles[49]:.1f} ms, p99 {quantiles[98]:.1f}")
    quantiles = statistics.quantiles(took, n=100)
    print(f"  a poll takes: p50 {quantiles[49]:.1f} ms, p99 {quantiles[98]:.1f}")
    print(f"  CPU a million events: supervisor {supervisor / events * 1e6:.2f} s,", end=" ")
    print(f"ipcsim with its trace {own / events * 1e6:.2f} s")


if __name__ == "__main__":
    main()
