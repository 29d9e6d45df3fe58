"""Age of events when ipcsim has them in its trace: busy workers on all cores, polled at 60 Hz.

``python -m tests.benchmarks.bench_age [WORKERS [NICE]]``
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
from tests.benchmarks.alone import raise_share, run_alone

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
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    nice = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    ages: list[float] = []
    every: list[list[float]] = []
    newest = 0
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "busy.py"
        program.write_text(textwrap.dedent(PROGRAM))
        spec = RunSpec(program, parameters={"workers": workers, "seconds": SECONDS}, nice=nice)
        before = time.process_time()
        with Session(spec) as session:
            version = session.trace.version
            supervisor = 0.0
            due = time.monotonic()
            while session.running:
                if len(ages) == 10:
                    raise_share()  # the program's session begins a little later
                session.poll()
                if session.trace.version != version and session.trace.cut:
                    version, now, cut = session.trace.version, time.perf_counter_ns(), newest
                    newest = session.trace.cut
                    ages.append((now - newest) / 1e6)
                    # Events come evenly between two cuts.
                    every.append([(now - cut - (newest - cut) * i / 9) / 1e6 for i in range(10)])
                if session.running:
                    supervisor = cpu_of(session._process.pid) or supervisor
                # As a timer does: the next beat, or at once if that has been missed.
                due = max(due + 1 / 60, time.monotonic())
                time.sleep(due - time.monotonic() if due > time.monotonic() else 0)
            events = session.trace.event_count
            ended = session.ended
            own = time.process_time() - before
    assert ended is not None
    ages = ages[20:-5] if len(ages) > 50 else [*ages, *ages]
    quantiles = statistics.quantiles(ages, n=100)
    events_ages = statistics.quantiles([age for some in every[20:-5] for age in some], n=100)
    rate = events / SECONDS
    print(f"{workers} workers, nice {nice}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}:")
    print(f"  {events:,} events, {rate:,.0f} a second, lost {ended.lost}")
    print(f"  age of the newest cut at a poll: p50 {quantiles[49]:.1f} ms, p99 {quantiles[98]:.1f}")
    print(f"  age of events then: p50 {events_ages[49]:.1f} ms, p99 {events_ages[98]:.1f}")
    print(f"  CPU a million events: supervisor {supervisor / events * 1e6:.2f} s")
    print(f"  ipcsim with its trace {own / events * 1e6:.2f} s")


if __name__ == "__main__":
    main()
