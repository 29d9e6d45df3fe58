"""Frames of the real window beside eight busy workers: their distance, and what they cost.

``python -m tests.benchmarks.bench_frames [SECONDS]``, in software rendering, on a screen of its own
(Debian's ``xvfb``; without it offscreen).

A beat is a turn of the window's timer: what has come is read, what has changed is painted. Its
processor time is what fits into a frame of 16.7 ms or doesn't, whatever else the machine does;
how far apart beats are says what a person sees on this machine as it is. The age is that of events
when the trace has them, by their own stamps.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QObject,
    QSettings,
    QTimer,
)
from PySide6.QtWidgets import QApplication

from ipcsim.gui.look.theme import load_fonts
from ipcsim.gui.memory import Memory
from ipcsim.gui.window import Window
from ipcsim.run.lessons import find_variant
from ipcsim.supervisor.messages import Message
from tests.benchmarks.ages import Ages
from tests.benchmarks.alone import raise_share, run_alone, stolen_ms, warm_memory
from tests.benchmarks.screens import virtual_screen

WORKERS = 8
SETTLED_S = 1.0
"""What comes before is the start: processes begin, panels are laid out."""
PROGRAMS = {
    "a lock each, as fast as they can": """
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
        """,
    "one queue between four and four": """
        import multiprocessing as mp, time
        def send(tasks, seconds):
            end, number = time.monotonic() + seconds, 0
            while time.monotonic() < end:
                tasks.put(number)
                number += 1
            tasks.put(None)
        def take(tasks):
            while tasks.get() is not None:
                pass
        def main(workers: int = 8, seconds: float = 8.0):
            tasks = mp.Queue(100)
            ps = [mp.Process(target=send, args=(tasks, seconds)) for _ in range(workers // 2)]
            ps += [mp.Process(target=take, args=(tasks,)) for _ in range(workers // 2)]
            for p in ps: p.start()
            for p in ps: p.join()
        if __name__ == "__main__":
            main()
        """,
}
LESSON = "lost_update"
ROUNDS = 200_000


class Frames(QObject):
    """Notes the window's beats, when the stage is painted, and how old events are."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.beats: list[tuple[float, float]] = []
        """When, and the thread's processor time until then; seconds."""
        self.painted: list[float] = []
        self._driver = window.conductor.driver
        self._driver._timer.timeout.connect(self._beat)
        self._viewport = window.layout_.stage.viewport()
        self._viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted.append(time.perf_counter())
        return super().eventFilter(watched, event)

    def close(self) -> None:
        """Note no more."""
        self._driver._timer.timeout.disconnect(self._beat)
        self._viewport.removeEventFilter(self)

    def _beat(self) -> None:
        self.beats.append((time.perf_counter(), time.thread_time()))


def quantiles(milliseconds: Any) -> str:
    """p50, p95, p99 and the longest."""
    if not len(milliseconds):
        return "none"
    p50, p95, p99 = np.percentile(milliseconds, [50, 95, 99])
    return f"p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f}  most {np.max(milliseconds):6.1f} ms"


def tell(name: str, frames: Frames, ages: Ages, began: float, window: Window) -> None:
    """Print what was measured."""
    since = began + SETTLED_S
    trace = window.conductor.driver.trace
    over = trace.ended is not None
    until = trace.end / 1e9 if over else time.perf_counter()
    beats = np.array([beat for beat in frames.beats if since < beat[0] < until])
    gaps, cost = np.diff(beats, axis=0).T * 1e3
    paints = sum(since < at < until for at in frames.painted)
    rate = trace.event_count / (min(until, time.perf_counter()) - began)
    print(f"{name}: {trace.event_count:,} events, {rate:,.0f} a second")
    print(
        f"  {1e3 / gaps.mean():.1f} beats a second, {paints / (until - since):.1f} of them painted"
    )
    print(f"  between beats            {quantiles(gaps)}")
    print(f"  processor time of a beat {quantiles(cost)};  above 16.7: {np.mean(cost > 16.7):.1%}")
    every, newest, undisturbed = ages.between(*(round(at * 1e9) for at in (since, until)))
    print(f"  age of events            {quantiles(every)}")
    print(f"  age of the newest        {quantiles(newest)}")
    share = len(undisturbed) / max(1, len(every))
    print(f"  age, nothing was taken   {quantiles(undisturbed)};  {share:.0%} of the events")


def watch(window: Window, name: str, seconds: float) -> None:
    """Run what is chosen for a while and print."""
    frames = Frames(window)
    stolen = stolen_ms()
    began = time.perf_counter()
    window.conductor.run()
    session = window.conductor.driver.session
    assert session is not None
    ages, poll = Ages(session.trace), session.poll

    def noted() -> list[Message]:
        messages = poll()
        ages.look()
        return messages

    session.poll = noted  # type: ignore[method-assign]
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    for wait in (300, 700):
        QTimer.singleShot(wait, raise_share)
    loop.exec()
    tell(name, frames, ages, began, window)
    print(f"  taken by the machine's host: {stolen_ms() - stolen:.0f} ms", flush=True)
    frames.close()
    window.conductor.driver.close()


def main() -> None:
    """Measure and print."""
    run_alone()
    warm_memory()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6.0
    with virtual_screen(), tempfile.TemporaryDirectory() as folder:
        application = QApplication([])
        load_fonts()
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        window = Window(Memory(settings))
        window.complete()
        window.open_first()
        window.resize(1280, 720)
        window.show()
        gc.freeze()  # as the application does
        conductor = window.conductor
        print(
            f"{application.platformName()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
        )
        for number, (name, source) in enumerate(PROGRAMS.items()):
            program = Path(folder) / f"program{number}.py"
            program.write_text(textwrap.dedent(source))
            conductor.choose_program(program)
            conductor.choice.give({"workers": WORKERS, "seconds": seconds + 2}, None)
            watch(window, name, seconds)
        found = find_variant(LESSON, window.gallery.lessons)
        conductor.choose_lesson(found.lesson, found.variant)
        conductor.choice.give({"workers": WORKERS, "rounds": ROUNDS}, None)
        watch(window, f"the lesson {LESSON}, {ROUNDS} rounds each", seconds)
        window.close()


if __name__ == "__main__":
    main()
