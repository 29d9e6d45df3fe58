"""What watching costs: whole programs bare, watched, and under VizTracer.

    python -m tests.benchmarks.bench_instruments [--python PATH] [--rounds N] [NAME ...]

Medians of interleaved runs, each timed by the program itself from before its first child starts
until after the last has ended; ratios are to the bare run of the same round. The ratio of the CPU
times of all its processes stands beside that of wall times: it moves less when the machine has
other work. Nothing but a small reader drains the rings.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.probe.watching import Watching

HEAD = """\
import multiprocessing, os, time
from multiprocessing import Process, Queue, Lock, Value
TURNS = {turns}
"""
TEAM = """
def main():
    team = [Process(target=work, args=(shared,)) for _ in range(4)]
    for process in team: process.start()
    for process in team: process.join()
"""
TAIL = """
if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    shared = make()
    began, cpu = time.perf_counter(), sum(os.times()[:4])
    main()
    print("seconds", time.perf_counter() - began, sum(os.times()[:4]) - cpu)
"""

PROGRAMS = {
    "with lock, uncontended": (
        300_000,
        4.0,
        """
make = Lock
def main():
    for _ in range(TURNS):
        with shared: pass
""",
    ),
    "with lock, 4 processes": (
        300_000,
        2.5,
        """
make = Lock
def work(lock):
    for _ in range(TURNS):
        with lock: pass
"""
        + TEAM,
    ),
    "lock, 1 us inside and outside, 4 processes": (
        150_000,
        1.5,
        """
make = Lock
def busy():
    for _ in range(MICROSECOND): pass
def work(lock):
    for _ in range(TURNS):
        with lock: busy()
        busy()
"""
        + TEAM,
    ),
    "queue, 64 B": (
        40_000,
        1.3,
        """
make = Queue
def work(queue):
    for _ in range(TURNS): queue.get()
def main():
    reader = Process(target=work, args=(shared,))
    reader.start()
    message = b"x" * 64
    for _ in range(TURNS): shared.put(message)
    reader.join()
""",
    ),
    "queue, 64 KiB": (
        20_000,
        1.05,
        """
make = Queue
def work(queue):
    for _ in range(TURNS): queue.get()
def main():
    reader = Process(target=work, args=(shared,))
    reader.start()
    message = b"x" * 65536
    for _ in range(TURNS): shared.put(message)
    reader.join()
""",
    ),
    "Value with its lock, 4 processes": (
        150_000,
        2.5,
        """
def make(): return Value("i", 0)
def work(value):
    for _ in range(TURNS):
        with value.get_lock(): value.value += 1
"""
        + TEAM,
    ),
}


def microsecond(python: str) -> int:
    """How many turns of an empty loop take a microsecond."""
    measured = [python, "-m", "timeit", "-n", "20000", "-r", "9", "-u", "usec"]
    done = subprocess.run(
        [*measured, "for _ in range(200): pass"], capture_output=True, text=True, check=True
    )
    # "20000 loops, best of 9: 1.07 usec per loop"
    return round(200 / float(done.stdout.split(":")[1].split()[0]))


def measure(program: Path, how: str, python: str) -> tuple[float, float]:
    """Seconds that the program says it took, on the wall and of all CPUs."""
    if how == "watched":
        with Watching(keep=False) as watching:
            return _seconds(watching.command(program, python=python))
    tracer = ["-m", "viztracer", "--quiet", "-o", str(program.with_suffix(".json"))]
    return _seconds([python, *(tracer if how == "viztracer" else []), str(program)])


def _seconds(command: list[str]) -> tuple[float, float]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, cpu = done.stdout.split("seconds", 1)[1].split()[:2]
    return float(wall), max(float(cpu), 0.01)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", help="parts of the programs' names")
    given = parser.parse_args()
    traced = given.python == sys.executable and importlib.util.find_spec("viztracer") is not None
    print(f"{'':44}{'bare':>8}{'watched':>9}{'ratio':>7}{'CPU':>7}{'target':>8}{'VizTracer':>11}")
    loop = f"MICROSECOND = {microsecond(given.python)}\n"
    for name, (turns, target, body) in PROGRAMS.items():
        if given.names and not any(part in name for part in given.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "program.py")
            program.write_text(HEAD.format(turns=turns) + loop + body + TAIL)
            few = Path(folder, "few.py")
            # A tracer keeps every call: a twentieth of the work, compared with itself bare.
            few.write_text(HEAD.format(turns=turns // 20) + loop + body + TAIL)
            rows = [
                [measure(program, how, given.python) for how in ("bare", "watched")]
                for _ in range(given.rounds)
            ]
            bare = statistics.median(row[0][0] for row in rows)
            ratio, cpu = (
                statistics.median(row[1][which] / row[0][which] for row in rows) for which in (0, 1)
            )
            viztracer = ""
            if traced:
                pairs = [
                    measure(few, "viztracer", given.python)[0]
                    / measure(few, "bare", given.python)[0]
                    for _ in range(3)
                ]
                viztracer = f"{statistics.median(pairs):.2f}"
        print(
            f"{name:44}{bare:8.3f}{bare * ratio:9.3f}"
            f"{ratio:7.2f}{cpu:7.2f}{target:8.2f}{viztracer:>11}",
            flush=True,
        )


if __name__ == "__main__":
    main()
