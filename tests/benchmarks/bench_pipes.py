"""What watching costs a program that sends through pipes: bare, watched, under VizTracer.

    python -m tests.benchmarks.bench_pipes [--python PATH] [--rounds N]

Read as ``bench_instruments`` is: medians of interleaved rounds, ratios within a round.
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


def ratios(program: Path, python: str, rounds: int, hows: tuple[str, ...]) -> dict[str, float]:
    """Median ratio to the bare run of the same round; of "bare" itself the median in seconds."""
    rows: dict[str, list[float]] = {"bare": [], **{how: [] for how in hows}}
    for _ in range(rounds):
        bare = measure(program, "bare", python)
        rows["bare"].append(bare)
        for how in hows:
            rows[how].append(measure(program, how, python) / bare)
    return {how: statistics.median(row) for how, row in rows.items()}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    hows = ("watched", "viztracer") if given.python == sys.executable else ("watched",)
    print(f"{'':30}{'bare s':>9}" + "".join(f"{how:>11}" for how in hows))
    for name, (turns, body) in PROGRAMS.items():
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "program.py")
            program.write_text(HEAD.format(turns=turns) + body + TAIL, encoding="utf-8")
            found = ratios(program, given.python, given.rounds, hows)
        print(
            f"{name:30}{found['bare']:9.3f}" + "".join(f"{found[how]:10.2f}x" for how in hows),
            flush=True,
        )


if __name__ == "__main__":
    main()
