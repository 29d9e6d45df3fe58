"""Writes pictures of all scenes, to be looked at: ``python -m tests.gui.stage.look OUTDIR [NAME]``.

Needs no screen.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.stage import Deadlock, Detail, StageView
from tests.gui.stage.scenes import ALL, Made

SIZES = {
    "792": (792, 288, Theme()),
    "1000": (1000, 520, Theme()),
    "hall": (1200, 456, Theme(presenting=True)),
    "light": (792, 288, Theme("light")),
}


def picture(made: Made, width: int, height: int, theme: Theme, detail: Detail) -> QImage:
    """A frame as a picture."""
    view = StageView(theme)
    view.resize(width, height)
    view.show()
    QApplication.processEvents()
    deadlock = Deadlock(made.deadlock) if made.deadlock else None
    view.show_moment(made.moment, made.objects, detail=detail, deadlock=deadlock)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(theme.palette.background)
    painter = QPainter(image)
    view.paint_stage(painter)
    painter.end()
    view.close()
    return image


def sheet(names: list[str], size: str, columns: int) -> QImage:
    """Several scenes in one picture."""
    width, height, theme = SIZES[size]
    rows = -(-len(names) // columns)
    label = 0
    image = QImage((width + 8) * columns, (height + 8 + label) * rows, QImage.Format.Format_RGB32)
    image.fill("#808080")
    painter = QPainter(image)
    for index, name in enumerate(names):
        detail = Detail.SITUATION if name in ("crowd", "huge", "tiles_200") else Detail.OPERATIONS
        row, column = divmod(index, columns)
        one = picture(ALL[name](), width, height, theme, detail)
        painter.drawImage(column * (width + 8) + 4, row * (height + 8) + 4, one)
    painter.end()
    return image


def main() -> None:
    """Write the pictures."""
    app = QApplication([])
    load_fonts()
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    sizes = sys.argv[2].split(",") if len(sys.argv) > 2 else list(SIZES)
    names = sys.argv[3].split(",") if len(sys.argv) > 3 else list(ALL)
    for size in sizes:
        for start in range(0, len(names), 6):
            part = names[start : start + 6]
            sheet(part, size, 2).save(str(out / f"{size}-{start // 6}.png"))
    del app


if __name__ == "__main__":
    main()
