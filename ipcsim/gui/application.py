"""Opens the window: what it needs is imported here, as late as can be."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ipcsim.gui.failures import Failures
from ipcsim.gui.memory import Memory
from ipcsim.gui.window import Window
from ipcsim.language import _
from ipcsim.run.lessons import LessonError, find_variant

# Python handles a signal only while its code runs; Qt's loop would keep Ctrl-C waiting.
_LISTEN_MS = 200
_PAINTED_MS = 5


def open_window(
    lesson: str | None = None,
    program: Path | None = None,
    recording: Path | None = None,
    arguments: Sequence[str] = (),
) -> int:
    """Open the window and stay until it is closed.

    Args:
        lesson: ``lost_update`` or ``lost_update/fixed``, to begin with.
        program: a program of one's own, to begin with.
        recording: a recording, to begin with.
        arguments: of ``program``.

    Returns:
        The exit code.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("ipcsim")
    application.setApplicationDisplayName("ipcsim")
    # The desktop knows the window's icon by this.
    application.setDesktopFileName("ipcsim")
    logging.basicConfig(level=logging.WARNING)
    window = Window(Memory())
    failures = Failures(lambda sentence: window.say(sentence, True))
    failures.install()
    if program is None and recording is None:
        window.preview(lesson or "")

    def complete() -> None:
        try:
            begin(window, lesson, program, recording, arguments)
        finally:
            # The collector needn't go through what the window is made of ever again: that would
            # take a tenth of a second, in the middle of a run.
            gc.freeze()
            gc.enable()

    # Only once it has been painted does the rest load: the window is there at once.
    first = FirstPaint(window.layout_, complete)
    window.show()
    previous = {
        # In the middle of something, as reading what a run tells, nothing may go away.
        number: signal.signal(number, lambda *_signal: QTimer.singleShot(0, window.close))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    listen = QTimer()
    listen.timeout.connect(lambda: None)
    listen.start(_LISTEN_MS)
    try:
        return application.exec()
    finally:
        del first
        window.close()
        for number, handler in previous.items():
            signal.signal(number, handler)
        failures.remove()


def begin(
    window: Window,
    lesson: str | None = None,
    program: Path | None = None,
    recording: Path | None = None,
    arguments: Sequence[str] = (),
) -> None:
    """Show what was asked for; without a wish, the lesson of the last time."""
    window.complete()
    if program is not None or recording is not None:
        window.open_file(program or recording or Path(), list(arguments))
        return
    if lesson is not None:
        try:
            found = find_variant(lesson, window.gallery.lessons)
        except LessonError as error:
            window.open_first()
            window.say(str(error), True)
        else:
            window.conductor.choose_lesson(found.lesson, found.variant)
        return
    window.open_first()
    if window.gallery.problems:
        window.say(_("Some lessons can't be read; the gallery says which."), True)


class FirstPaint(QObject):
    """Calls something soon after a widget has been painted for the first time."""

    def __init__(self, widget: QWidget, then: Callable[[], object]) -> None:
        super().__init__(widget)
        self._then = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The picture has to reach the screen first.
            QTimer.singleShot(_PAINTED_MS, self._then)
        return super().eventFilter(watched, event)
