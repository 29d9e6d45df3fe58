"""The program's output: every piece with its writer, in order of arrival, half lines too."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.output.lines import OutputLines
from ipcsim.gui.output.text import OutputReader, Piece
from ipcsim.language import _
from ipcsim.supervisor.messages import Output

FRAME_MS = 16
PER_FRAME = 64 * 1024
"""Bytes put on screen in one frame; of a flood only its end is worth drawing."""
WAITING = 512 * 1024
"""Bytes that may wait to be put on screen."""


class OutputView(QWidget):
    """Output, and a line to type to the program."""

    typed = Signal(bytes)
    changed = Signal()
    """Other lines are on screen, or would be if it were shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("output")
        self._reader = OutputReader()
        self._queue: deque[Output] = deque()
        self._queued = 0
        self._cut = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.flush)
        self._title = QLabel(_("Output"))
        self._title.setProperty("tone", "strong")
        self._notice = QLabel()
        self._notice.setProperty("tone", "small")
        self.lines = OutputLines(theme)
        self.lines.setPlaceholderText(_("Nothing printed yet."))
        self._input = QLineEdit()
        self._input.setPlaceholderText(_("Type to the program; Enter sends, Ctrl+D ends the input"))
        self._input.returnPressed.connect(self._send)
        end = QShortcut(QKeySequence("Ctrl+D"), self._input)
        end.setContext(Qt.ShortcutContext.WidgetShortcut)
        # What a terminal sends for the end of the input.
        end.activated.connect(lambda: self.typed.emit(b"\x04"))
        self._input.hide()
        self._heading = QWidget()
        self._heading.setObjectName("heading")
        self._row = QHBoxLayout(self._heading)
        self._row.addWidget(self._title)
        self._row.addStretch(1)
        self._row.addWidget(self._notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self.lines, 1)
        layout.addWidget(self._input)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._row.setContentsMargins(theme.px(11), theme.px(3), theme.px(11), theme.px(3))
        self.lines.set_theme(theme)

    def set_bare(self, on: bool) -> None:
        """What was printed alone: its name is said elsewhere."""
        self._heading.setVisible(not on)

    def clear(self) -> None:
        """Begin with nothing."""
        self._reader = OutputReader()
        self._queue.clear()
        self._queued = self._cut = 0
        self._notice.clear()
        self.lines.clear_lines()
        self.changed.emit()

    def accept_input(self, on: bool) -> None:
        """Show the line for stdin: while a program of one's own runs."""
        self._input.setVisible(on)

    def add(self, outputs: Sequence[Output]) -> None:
        """Take what was written; it is put on screen bit by bit, a bounded part a frame."""
        first, size = len(outputs), 0
        while first and size <= WAITING:
            first -= 1
            size += outputs[first].size
        self._queue.extend(outputs[first:])
        self._queued += size
        if first:
            # A recording's output may be a gigabyte: of what isn't kept the size alone is asked.
            self._leave_out(_size_of_first(outputs, first))
        while self._queued > WAITING and len(self._queue) > 1:
            dropped = self._queue.popleft().size
            self._queued -= dropped
            self._leave_out(dropped)
        if self._queue and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Put a frame's worth of what waits on screen."""
        taken = 0
        pieces: list[Piece] = []
        while self._queue and taken < PER_FRAME:
            output = self._queue.popleft()
            data = output.data
            if len(data) > WAITING:
                self._cut += len(data) - WAITING
                data = data[-WAITING:]
            taken += output.size
            self._queued -= output.size
            shown = Output(output.ring, output.stream, output.time, data)
            pieces.extend(self._reader.read(shown))
        self._cut += self.lines.append(pieces)
        if not self._queue:
            self._timer.stop()
        self.changed.emit()
        if self._cut:
            text = _("{size} not kept here (all of it is in the recording)")
            self._notice.setText(text.format(size=_size(self._cut)))

    def show_identities(self, who: Mapping[int, Identity]) -> None:
        """Who the writers are."""
        self.lines.show_identities(who)

    def show_time(self, time: int | None) -> None:
        """Dim what was written later; None for nothing."""
        self.lines.show_time(time)

    def show_error(self) -> None:
        """Scroll to the end, where a traceback's last line is."""
        self.lines.to_end()

    @property
    def text(self) -> str:
        """What is on screen."""
        return self.lines.toPlainText()

    @property
    def waiting(self) -> int:
        """Bytes that are still to be put on screen."""
        return self._queued

    @property
    def notice(self) -> str:
        """What is said about text that wasn't kept."""
        return self._notice.text()

    def _leave_out(self, size: int) -> None:
        self._cut += size
        # What was half read belongs to a piece that is gone.
        self._reader = OutputReader()

    def _send(self) -> None:
        self.typed.emit(self._input.text().encode() + b"\n")
        self._input.clear()


def _size_of_first(outputs: Sequence[Output], count: int) -> int:
    # The window is on screen before history, and NumPy with it, is loaded.
    from ipcsim.trace.written import Outputs

    if isinstance(outputs, Outputs):
        return outputs.size_of_first(count)
    return sum(output.size for output in outputs[:count])


def _size(count: int) -> str:
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count //= 1000
    return f"{count:.0f} GB"
