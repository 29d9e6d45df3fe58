"""Frames as pictures, for assertions about what is seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.stage import Deadlock, Detail, StageView
from tests.gui.stage.scenes import Made

Pixels = NDArray[np.uint8]
"""Height × width × (blue, green, red, unused)."""


def paint(view: StageView, made: Made, detail: Detail = Detail.OPERATIONS) -> Pixels:
    """Shows a moment and answers what is seen."""
    deadlock = Deadlock(made.deadlock) if made.deadlock else None
    view.show_moment(made.moment, made.objects, detail=detail, deadlock=deadlock)
    return pixels(view)


def pixels(view: StageView) -> Pixels:
    """What a view shows."""
    size = view.viewport().size()
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(view.backgroundBrush().color())
    painter = QPainter(image)
    view.paint_stage(painter)
    painter.end()
    shape = size.height(), size.width(), 4
    seen: Pixels = np.frombuffer(image.constBits(), np.uint8).reshape(shape).copy()
    return seen


@pytest.fixture
def make_view(qtbot: QtBot) -> Callable[..., StageView]:
    """Makes a stage of a size and look."""

    def make(width: int = 792, height: int = 288, theme: Theme | None = None) -> StageView:
        load_fonts()
        view = StageView(theme or Theme())
        qtbot.addWidget(view)
        view.resize(width, height)
        view.show()
        qtbot.waitExposed(view)
        return view

    return make


@pytest.fixture
def view(make_view: Callable[..., StageView]) -> StageView:
    """The stage of a window of 1280×720."""
    return make_view()
