"""The window as the command opens it, until it is closed."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ipcsim.gui import application
from ipcsim.gui.memory import Memory
from ipcsim.gui.window import Window
from ipcsim.run.session import Session
from ipcsim.supervisor.messages import Message

ENDLESS = "import time\nwhile True:\n    time.sleep(0.01)\n"


def test_a_signal_in_the_midst_of_reading_a_run_closes_the_window_and_no_more(
    qtbot: QtBot,
    memory: Memory,
    program: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    listened = Session._listen

    def interrupted(session: Session, messages: list[Message], deadline: float) -> None:
        if session.trace.event_count:
            signal.raise_signal(signal.SIGINT)
        # As if closing took no time.
        listened(session, messages, deadline + 60)

    def run() -> None:
        shown = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Window))
        if hasattr(shown, "conductor"):
            monkeypatch.setattr(Session, "_listen", interrupted)
            shown.conductor.run()
            timer.stop()

    monkeypatch.setattr(application, "Memory", lambda: memory)
    timer = QTimer()
    timer.timeout.connect(run)
    timer.start(20)
    with caplog.at_level(logging.ERROR):
        assert application.open_window(program=program(ENDLESS)) == 0
    assert not caplog.records
