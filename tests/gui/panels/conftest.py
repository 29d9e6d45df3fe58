"""Recordings of small programs, read once, and a panel that shows one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.identity import identities
from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.panels.tabs import PanelTabs
from ipcsim.trace.recording import read_recording
from ipcsim.trace.trace import Trace
from tests.trace.scenes import SCENES

Open = Callable[..., PanelTabs]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Trace]:
    """A trace of a scene."""
    folder = tmp_path_factory.mktemp("scenes")
    traces: dict[str, Trace] = {}

    def read(name: str) -> Trace:
        if name not in traces:
            path: Path = folder / f"{name}.ipcsim"
            SCENES[name](path)
            traces[name] = read_recording(path)[0]
        return traces[name]

    return read


@pytest.fixture
def panel(qtbot: QtBot, recorded: Callable[[str], Trace]) -> Iterator[Open]:
    """Opens a panel on a scene."""
    load_fonts()
    opened: list[PanelTabs] = []

    def show(
        scene: str, size: tuple[int, int] = (792, 300), theme: Theme | None = None
    ) -> PanelTabs:
        trace = recorded(scene)
        tabs = PanelTabs(theme or Theme())
        opened.append(tabs)
        tabs.resize(*size)
        tabs.show()
        qtbot.waitExposed(tabs)
        tabs.set_run(trace)
        tabs.refresh(identities(trace.processes))
        return tabs

    yield show
    for tabs in opened:
        tabs.player.stop()
        tabs.hide()
        tabs.deleteLater()
