"""How long the stage takes for a frame: ``python -m tests.benchmarks.bench_stage``.

64 processes and 500 tokens, drawn by software (offscreen), every frame another moment: tokens move
on, processes begin and end to wait. The whole window has 16.7 ms; the stage's share is 6.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from ipcsim.events import ObjectKind as K
from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.stage import Detail, StageView
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import Moment, Motion, Move, Token, TubeAt
from tests.gui.stage.scenes import NOW, Made, Stage, crowd

FRAMES = 500
WARM = 100
"""Until then who uses what is still being seen for the first time."""
TUBES = 42
SLOTS = 12


def busy_stage() -> Made:
    """64 processes, 42 queues of 12 messages: 504 tokens."""
    s = Stage()
    s.main()
    for number in range(TUBES):
        s.object(K.QUEUE, f"q{number}", bound=SLOTS)
    for number in range(64):
        s.process(f"worker-{number + 1}", f"q{number % TUBES}.put(3)", role="ab"[number % 2])
    return s.done()


def frames(made: Made, count: int) -> list[Moment]:
    """Moments 16 ms apart."""
    result = []
    for frame in range(count):
        t = NOW + frame * 16_000_000
        processes = tuple(
            replace(p, state=State.WAITING if (p.process + frame // 3) % 5 == 0 else State.RUNNING)
            for p in made.moment.processes
        )
        tubes = {
            o: TubeAt(
                o,
                SLOTS,
                SLOTS,
                tuple(
                    Token(frame + i, str((frame // 4 + o + i) % 100), 1 + (o + i) % 64)
                    for i in range(SLOTS)
                ),
            )
            for o in range(TUBES)
        }
        moves = tuple(
            Move(
                Motion.PUT if k % 2 else Motion.GET,
                t - k * 15_000_000,
                1 + (frame + k) % 64,
                (1 + (frame + k) % 64) % TUBES,
                "41",
                frame + SLOTS - 1 if k % 2 else frame - 1,
            )
            for k in range(24)
        )
        result.append(Moment(t, processes, tubes, moves=tuple(reversed(moves))))
    return result


def measure(
    made: Made, moments: list[Moment], width: int, height: int, detail: Detail
) -> np.ndarray:
    """Milliseconds of each frame: what is to be drawn is worked out, and painted.

    Of processor time: what else the machine is doing is not the stage's.
    """
    view = StageView(Theme())
    view.resize(width, height)
    view.show()
    QApplication.processEvents()
    image = QImage(width, height, QImage.Format.Format_RGB32)
    taken = []
    for moment in moments:
        begin = time.thread_time()
        view.show_moment(moment, made.objects, detail=detail)
        painter = QPainter(image)
        painter.fillRect(image.rect(), Theme().palette.background)
        view.paint_stage(painter)
        painter.end()
        taken.append((time.thread_time() - begin) * 1e3)
    view.close()
    return np.array(taken)


def main() -> int:
    """Print the figures; 1 if the stage takes more than its share."""
    app = QApplication([])
    load_fonts()
    made = busy_stage()
    over = False
    cases = [
        ("64 processes, 504 tokens, 1000 x 520", made, frames(made, FRAMES), 1000, 520),
        ("the same, 1600 x 900", made, frames(made, FRAMES), 1600, 900),
    ]
    many = crowd()
    still = [replace(many.moment, t=NOW + i * 16_000_000) for i in range(FRAMES)]
    cases.append(("64 processes, one queue at 9840 /s, 792 x 288", many, still, 792, 288))
    for name, made_, moments, width, height in cases:
        for detail in Detail:
            taken = measure(made_, moments, width, height, detail)[WARM:]
            p50, p95 = np.percentile(taken, [50, 95])
            print(f"{name:48} {detail.value:10} p50 {p50:5.2f} ms  p95 {p95:5.2f} ms")
            over |= bool(p95 > 6.0)
    del app
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
