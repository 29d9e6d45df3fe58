"""How long the panels take for a frame: ``python -m tests.benchmarks.bench_panels [EVENTS]``.

64 lanes and four plots, drawn by software (offscreen), over a short history and one of EVENTS (10
million by default). The timeline may take 7 ms (p95), and 1.2 times the short history's.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from ipcsim.gui.look.identity import identities
from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.panels.tables.event_filter import families
from ipcsim.gui.panels.tabs import PanelTabs
from ipcsim.trace.recording import read_recording
from tests.benchmarks.bench_trace import write

FRAMES = 120
WIDTH, HEIGHT = 1000, 620
"""Of the panel in a window of 1920×1080; high enough for four plots."""


def spent(frame: Callable[[int], None], frames: int = FRAMES) -> tuple[float, float]:
    """Median and 95th percentile of a frame, ms of CPU: what else runs here does not count."""
    times = []
    for number in range(frames + 5):
        began = time.thread_time()
        frame(number)
        times.append((time.thread_time() - began) * 1e3)
    return float(np.median(times[5:])), float(np.percentile(times[5:], 95))


def measure(path: Path) -> dict[str, tuple[float, float]]:
    """All frames on one recording."""
    trace, reader = read_recording(path)
    panel = PanelTabs(Theme())
    panel.resize(WIDTH, HEIGHT)
    panel.show()
    panel.set_run(trace)
    who = identities(trace.processes)
    panel.refresh(who)
    QApplication.processEvents()
    axis, view = panel.axis, panel.timeline.viewport()
    extent = axis.end - axis.begin
    assert len(panel.timeline.shown) == 4, panel.timeline.shown

    def pan(share: float) -> Callable[[int], None]:
        width = round(extent * share)

        def frame(number: int) -> None:
            # A quick drag: a twentieth of what is visible in each frame.
            t0 = axis.begin + width * number // 20 % (extent - width)
            axis.show(t0, t0 + width)
            panel.refresh(who)
            view.repaint()

        return frame

    def grow(number: int) -> None:
        # What a live frame costs: everything is drawn anew.
        panel.timeline._stale()
        panel.refresh(who)
        view.repaint()

    def walk(number: int) -> None:
        axis.set_cursor(axis.begin + extent * (number % 100) // 100)
        panel.refresh(who)
        view.repaint()

    result = {
        "panning, half of the run": spent(pan(0.5)),
        "panning, a hundredth": spent(pan(0.01)),
    }
    axis.show(axis.begin, axis.begin + extent // 100)

    def leap(number: int) -> None:
        axis.pan(axis.width if number % 90 else -extent)
        panel.refresh(who)
        view.repaint()

    result["leaping, a hundredth"] = spent(leap)
    axis.fit()
    result["growing, whole run"] = spent(grow)
    result["cursor, whole run"] = spent(walk)
    for page in ("interleaving", "events"):
        panel.show_page(page)
        table = getattr(panel, page).table.view.viewport()

        def follow(number: int, table: object = table) -> None:
            axis.set_cursor(axis.begin + extent * (number * 37 % 100) // 100)
            panel.refresh(who)
            table.repaint()  # type: ignore[attr-defined]

        result[f"{page}, cursor leaps"] = spent(follow)
    panel.events.kind.setCurrentIndex(1)
    began = time.thread_time()
    panel.events.kind.setCurrentIndex(2)
    result[f"events, filter by {families()[1].title}"] = ((time.thread_time() - began) * 1e3,) * 2
    panel.hide()
    reader.close()
    return result


def main() -> None:
    """Measure and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    application = QApplication.instance() or QApplication([])
    load_fonts()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (10_000, events):
            path = Path(folder) / f"{count}.ipcsim"
            write(path, count)
            results.append(measure(path))
    print(f"{'ms a frame: p50, p95':38}{'10 thousand':>16}{f'{events:,}':>16}{'ratio':>8}")
    for name, short in results[0].items():
        long = results[1][name]
        figures = "".join(f"{one:8.2f}{two:8.2f}" for one, two in (short, long))
        print(f"{name:38}{figures}{long[1] / short[1]:8.2f}")
    del application


if __name__ == "__main__":
    main()
