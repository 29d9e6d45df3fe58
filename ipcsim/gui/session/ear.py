"""Hears between two frames that there is something to read."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class Ear(QObject):
    """Listens to a run's queue, between the frames only."""

    heard = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._notifier: QSocketNotifier | None = None

    def turn_to(self, descriptor: int | None) -> None:
        """Listen to another queue; None: to nothing."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if descriptor is not None:
            self._notifier = QSocketNotifier(descriptor, QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self.heard)

    def listen(self, on: bool) -> None:
        """Listen, or don't until told so."""
        if self._notifier is not None:
            self._notifier.setEnabled(on)
