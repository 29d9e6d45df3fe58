"""The minimap of a run that goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.identity import identities
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tabs import PanelTabs
from ipcsim.gui.panels.time_axis import TimeAxis
from ipcsim.gui.panels.timeline.layout import Box
from ipcsim.gui.panels.timeline.minimap import BEHIND, Minimap
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace
from tests.trace.scenes import SCENES

WIDTH = 400


def drawn(minimap: Minimap) -> list[int]:
    """Columns in which something is drawn on the ground."""
    image = QImage(WIDTH, 12, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    minimap.draw(painter)
    painter.end()
    ground = image.pixel(WIDTH - 1, 1)
    return [x for x in range(WIDTH) if image.pixel(x, 1) != ground]


@pytest.mark.parametrize("scene", ["lost_update", "crash"])
def test_what_has_been_seen_stays_at_its_moment(
    qapp: object, recorded: Callable[[str], Trace], scene: str
) -> None:
    trace = recorded(scene)
    axis = TimeAxis(trace.begin, trace.end)
    minimap = Minimap(Theme(), axis)
    minimap.place(Box(0, 0, WIDTH, 12))
    minimap.refresh(trace)
    last = max(drawn(minimap), default=WIDTH)
    axis.grow(trace.begin, trace.begin + 2 * (trace.end - trace.begin))
    assert minimap.seen == 0.5
    assert abs(max(drawn(minimap)) - last / 2) <= 2


def test_it_follows_from_the_first_moment_on(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "grows.ipcsim"
    SCENES["bounded_queue"](path)
    reader, trace = RecordingReader(path), Trace()
    tabs = PanelTabs(Theme())
    qtbot.addWidget(tabs)
    tabs.resize(800, 300)
    tabs.show()
    tabs.set_run(trace)
    size = path.stat().st_size
    for part in range(1, 41):
        reader.feed(trace, size * part // 40)
        # As in a window that draws sixty times a second.
        tabs.refresh(identities(trace.processes))
        assert tabs.timeline.minimap.seen >= 1 - BEHIND
    reader.close()
