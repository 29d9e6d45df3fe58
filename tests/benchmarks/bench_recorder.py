"""What recording costs a watched process: ns an operation, against a bare call in the same run.

``python -m tests.benchmarks.bench_recorder``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

from ipcsim.probe import recorder, ring, writer

ROUNDS, CALLS = 31, 20_000


def bare(kind: int, obj: int, place: int, arg: int) -> None:
    """A call of four arguments that does nothing."""


def measure(call: Callable[[], object]) -> float:
    """ns a call, with the loop; the ring is drained before."""
    ring.U64.pack_into(writer._map, ring.DRAINED_AT, writer.position())
    began = time.perf_counter_ns()
    for _ in repeat(None, CALLS):
        call()
    return (time.perf_counter_ns() - began) / CALLS


def main() -> None:
    """Measure, interleaved, and print medians."""
    with tempfile.TemporaryDirectory() as folder:
        ring.make_file(str(Path(folder) / ring.PAGE_NAME), ring.PAGE_SIZE)
        recorder.begin(folder)
        now = time.perf_counter_ns()
        calls: dict[str, Callable[[], object]] = {
            "bare call": lambda: bare(97, 3, 5, 1),
            "clock": time.perf_counter_ns,
            "emit": lambda: recorder.emit(97, 3, 5, 1),
            "emit_span": lambda: recorder.emit_span(97, now, 3, 5, 1),
            "gate (open)": recorder.gate,
            "here": lambda: recorder.here(0),
            "token(int)": lambda: recorder.token(41),
            "fingerprint(64 B)": lambda data=bytes(64): recorder.fingerprint(data),  # type: ignore[misc]
        }
        results: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(ROUNDS):
            for name, call in calls.items():
                results[name].append(measure(call))
        print(f"Python {sys.version.split()[0]}, ns (median of {ROUNDS}, with loop and lambda)")
        for name, values in results.items():
            print(f"  {name:20} {statistics.median(values):6.0f}")
        recorder.end()


if __name__ == "__main__":
    main()
