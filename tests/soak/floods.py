"""Programs that flood: ipcsim goes on answering, its memory stays bounded, nothing is lost."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import active_children
from pathlib import Path
from typing import Final
from zlib import crc32

from ipcsim.events import Kind
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Output
from ipcsim.trace.world import World
from tests.soak.marks import marked
from tests.soak.verdict import Verdict
from tests.soak.vitals import MEGABYTE, resident

_PROGRAMS: Final = Path(__file__).parent / "programs"
_FRAME_S: Final = 1 / 60
_MOST_CPU_S: Final = 0.25
"""A hitch that a person just sees. Time of this thread: other load on the machine doesn't count."""
_USUAL_CPU_S: Final = 0.04
"""What 95 of 100 calls stay below."""
_MOST_SUPERVISOR: Final = 200 * MEGABYTE
_MOST_AN_EVENT: Final = 60
"""Bytes of memory: the columns and their indices."""
_MOST_BESIDE: Final = 150 * MEGABYTE
_PATIENCE_S: Final = 1500.0


@dataclass
class Flood:
    """What was seen while a program flooded."""

    session: Session
    polls: list[float] = field(default_factory=list)
    worlds: list[float] = field(default_factory=list)
    slowest: float = 0.0
    """The longest poll by the clock on the wall."""
    grown: int = 0
    supervisor: int = 0
    output: int = 0
    checksum: int = 0
    seconds: float = 0.0


def soak_floods(scale: float = 1.0, only: str | None = None) -> Verdict:
    """Ten million puts, a gigabyte of output and 200 processes, each times ``scale``."""
    verdict = Verdict()
    floods: dict[str, Callable[[float, Verdict], None]] = {
        "puts": _puts,
        "output": _output,
        "processes": _processes,
    }
    for name, flood in floods.items():
        if only in (None, name):
            with tempfile.TemporaryDirectory() as folder, marked(Path(folder)) as mark:
                flood(scale, verdict)
                left = mark.wait_until_clean(os.getpid(), 10)[1]
                verdict.demand(not left, f"{name}: left {', '.join(left)}")
    return verdict


def _puts(scale: float, verdict: Verdict) -> None:
    count = max(100, int(10_000_000 * scale) // 100 * 100)
    flood = _watch("puts", [count], verdict)
    _demand_recorded(flood, Kind.PUT, count, verdict)
    _demand_recorded(flood, Kind.GET, count, verdict)


def _output(scale: float, verdict: Verdict) -> None:
    lines = max(100, int(10_000_000 * scale))
    flood = _watch("talk", [lines], verdict)
    expected = 0
    for number in range(lines):
        expected = crc32(b"%099d\n" % number, expected)
    verdict.demand(
        (flood.output, flood.checksum) == (100 * lines, expected),
        f"talk: {flood.output:,} bytes have come of {100 * lines:,}, or others than were written",
    )


def _processes(scale: float, verdict: Verdict) -> None:
    processes, items = max(2, int(200 * scale)), 50
    flood = _watch("crowd", [processes, items], verdict)
    _demand_recorded(flood, Kind.PUT, processes * items, verdict)
    _demand_recorded(flood, Kind.GET, processes * items, verdict)
    known = [process for process in flood.session.trace.processes if process.exit_code == 0]
    verdict.demand(
        len(known) == processes + 1, f"crowd: {len(known)} processes are known to have ended well"
    )


def _watch(name: str, arguments: list[int], verdict: Verdict) -> Flood:
    spec = RunSpec(program=_PROGRAMS / f"{name}.py", args=[str(a) for a in arguments], nice=5)
    before = resident(os.getpid())
    began = time.monotonic()
    with Session(spec) as session:
        flood = Flood(session)
        world = World(session.trace)
        while session.running and time.monotonic() - began < _PATIENCE_S:
            _frame(flood, world)
            flood.grown = max(flood.grown, resident(os.getpid()) - before)
            for child in active_children():  # the supervisor
                flood.supervisor = max(flood.supervisor, resident(child.pid or 0))
        flood.seconds = time.monotonic() - began
        ended = session.ended
    verdict.demand(ended is not None, f"{name}: not at its end after {_PATIENCE_S:g} s")
    if ended is not None:
        verdict.demand(ended.exit_code == 0, f"{name}: ended with {ended.exit_code}")
        lost = ended.lost or session.trace.lost
        verdict.demand(lost == 0, f"{name}: {lost} records were lost")
    _judge(name, flood, verdict)
    return flood


def _frame(flood: Flood, world: World) -> None:
    """What a window does sixty times a second."""
    session, trace = flood.session, flood.session.trace
    wall, cpu = time.monotonic(), time.thread_time()
    messages = session.poll()
    flood.slowest = max(flood.slowest, time.monotonic() - wall)
    flood.polls.append(time.thread_time() - cpu)
    for message in messages:
        if isinstance(message, Output) and message.stream == 1:
            flood.output += len(message.data)
            flood.checksum = crc32(message.data, flood.checksum)
    if trace.event_count:
        cpu = time.thread_time()
        world.at(trace.end, recent=16_000_000)
        flood.worlds.append(time.thread_time() - cpu)
    rest = wall + _FRAME_S - time.monotonic()
    if rest > 0:
        time.sleep(rest)


def _demand_recorded(flood: Flood, kind: Kind, count: int, verdict: Verdict) -> None:
    trace = flood.session.trace
    found = len(trace.select(trace.begin, trace.end + 1, kinds=[kind]))
    verdict.demand(found == count, f"{found:,} {kind.name} are recorded of {count:,}")


def _judge(name: str, flood: Flood, verdict: Verdict) -> None:
    events = flood.session.trace.event_count
    verdict.figures[f"{name}: events, s"] = f"{events:,} {flood.seconds:.1f}"
    for what, times in (("poll", flood.polls), ("World.at", flood.worlds)):
        times.sort()
        most, usual = times[-1], times[len(times) * 95 // 100]
        verdict.figures[f"{name}: {what}, p50 p95 max, ms"] = (
            f"{times[len(times) // 2] * 1e3:.1f} {usual * 1e3:.1f} {most * 1e3:.1f}"
        )
        verdict.demand(
            most <= _MOST_CPU_S and usual <= _USUAL_CPU_S,
            f"{name}: {what} takes {usual * 1e3:.0f} ms, up to {most * 1e3:.0f} ms",
        )
    verdict.figures[f"{name}: longest poll by the wall clock, ms"] = f"{flood.slowest * 1e3:.1f}"
    grown, supervisor = flood.grown / MEGABYTE, flood.supervisor / MEGABYTE
    verdict.figures[f"{name}: memory of ipcsim, supervisor, MB"] = f"+{grown:.0f} {supervisor:.0f}"
    bound = (_MOST_AN_EVENT * events + _MOST_BESIDE) / MEGABYTE
    verdict.demand(grown <= bound, f"{name}: {grown:.0f} MB more, {bound:.0f} MB are allowed")
    verdict.demand(
        flood.supervisor <= _MOST_SUPERVISOR, f"{name}: the supervisor has {supervisor:.0f} MB"
    )
