"""What watching costs a program that sends through pipes: bare, watched, under VizTracer.

    python -m tests.benchmarks.bench_pipes [--python PATH] [--rounds N] [NAME ...]

Medians of interleaved rounds, ratios within a round. On a machine that is busy with other things
the ratio of CPU time is the one to trust.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.bench_instruments import HEAD, TAIL, measure

PING_PONG = """
from multiprocessing import Pipe
make = Pipe
MESSAGE = {message}
def work(ends):
    end = ends[1]
    for _ in range(TURNS): end.{send}(end.{recv}())
def main():
    other = Process(target=work, args=(shared,))
    other.start()
    end = shared[0]
    for _ in range(TURNS):
        end.{send}(MESSAGE)
        end.{recv}()
    other.join()
"""
ONE_WAY = """
from multiprocessing import Pipe
def make(): return Pipe(duplex=False)
MESSAGE = {message}
def work(ends):
    end = ends[0]
    for _ in range(TURNS): end.{recv}()
def main():
    other = Process(target=work, args=(shared,))
    other.start()
    end = shared[1]
    for _ in range(TURNS): end.{send}(MESSAGE)
    other.join()
"""
OBJECTS = {"send": "send", "recv": "recv"}
BYTES = {"send": "send_bytes", "recv": "recv_bytes"}
PROGRAMS = {
    "ping-pong, 64 B": (20_000, PING_PONG.format(message='b"x" * 64', **OBJECTS)),
    "ping-pong, send_bytes 64 B": (20_000, PING_PONG.format(message='b"x" * 64', **BYTES)),
    "ping-pong, 64 KiB": (5_000, PING_PONG.format(message='b"x" * 65536', **OBJECTS)),
    "one way, 64 B": (40_000, ONE_WAY.format(message='b"x" * 64', **OBJECTS)),
    "one way, 64 KiB": (10_000, ONE_WAY.format(message='b"x" * 65536', **OBJECTS)),
}


def ratios(program: Path, python: str, rounds: int, how: str) -> tuple[float, float, float]:
    """Bare seconds, and the ratios to it of wall time and of the CPU time of all processes."""
    rows = []
    for _ in range(rounds):
        bare, other = measure(program, "bare", python), measure(program, how, python)
        rows.append((bare[0], other[0] / bare[0], other[1] / bare[1]))
    seconds, wall, cpu = (statistics.median(column) for column in zip(*rows, strict=True))
    return seconds, wall, cpu


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", help="parts of the programs' names")
    given = parser.parse_args()
    hows = ("watched", "viztracer") if given.python == sys.executable else ("watched",)
    print(f"{'':30}{'bare s':>8}" + "".join(f"{how:>12} wall    CPU" for how in hows))
    for name, (turns, body) in PROGRAMS.items():
        if given.names and not any(part in name for part in given.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "program.py")
            program.write_text(HEAD.format(turns=turns) + body + TAIL, encoding="utf-8")
            found = [ratios(program, given.python, given.rounds, how) for how in hows]
        columns = "".join(f"{wall:16.2f}x{cpu:6.2f}x" for _, wall, cpu in found)
        print(f"{name:30}{found[0][0]:8.3f}{columns}", flush=True)


if __name__ == "__main__":
    main()
