"""The selected process: what can't be read from its card when there are many."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ipcsim.gui.look.badge import Badge
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import rich
from ipcsim.gui.narration.states import state_word
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.durations import duration
from ipcsim.trace.moment import ActorAt, ProcessAt

THREADS = 4


class SelectedView(QWidget):
    """Name, pid, state and what each of its threads does."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._badge = Badge(theme, 22)
        self._name = QLabel()
        self._name.setProperty("tone", "strong")
        self._facts = QLabel()
        self._facts.setProperty("tone", "small")
        self._text = QLabel()
        self._text.setWordWrap(True)
        close = QPushButton(_("Close"))
        close.setProperty("kind", "link")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.closed)
        heading = QWidget()
        heading.setObjectName("heading")
        self._row = QHBoxLayout(heading)
        for widget in (self._badge, self._name, self._facts):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._row.addWidget(close)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(heading)
        self._layout.addWidget(self._text)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._badge.set_theme(theme)
        self._row.setContentsMargins(theme.px(11), theme.px(2), theme.px(6), theme.px(2))
        self._row.setSpacing(theme.px(8))
        self._text.setContentsMargins(theme.px(11), theme.px(5), theme.px(11), theme.px(8))

    def show_process(self, process: ProcessAt, who: Identity, t: int) -> None:
        """Show one at time ``t``."""
        self._badge.show_identity(who)
        self._name.setText(process.name)
        word = state_word(process.state.told(process.exit_code))
        facts = [_("pid {pid}").format(pid=process.pid), word]
        if process.exit_code is not None:
            facts.append(_("exit code {code}").format(code=process.exit_code))
        if process.daemon:
            facts.append(_("daemon"))
        self._facts.setText(" · ".join(facts))
        lines = [
            self._line(actor, len(process.actors) > 1, t) for actor in process.actors[:THREADS]
        ]
        if process.detail:
            red = self._theme.palette.red.name()
            lines.append(f"<span style='color:{red}'>{rich(process.detail)}</span>")
        lines += [f"{rich(name)} = {rich(value)}" for name, value in process.watched]
        text = "<br>".join(lines)
        if text != self._text.text():
            self._text.setText(text)

    def _line(self, actor: ActorAt, several: bool, t: int) -> str:
        words = []
        if several:
            words.append(f"<b>{rich(actor.name)}</b>")
        if actor.operation:
            words.append(f"<code>{rich(actor.operation)}</code>")
        if actor.place is not None:
            file = Path(actor.place.file).name
            words.append(_("{file}, line {line}").format(file=file, line=actor.place.line))
        waits = actor.state in (State.WAITING, State.ASLEEP)
        if waits and t > actor.since > 0:
            words.append(_("for {time}").format(time=duration(t - actor.since)))
        text = " · ".join(words)
        if actor.sentence:
            text += f"<br>{rich(actor.sentence)}"
        return text
