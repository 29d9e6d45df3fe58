"""What the runs so far have come to: the last few side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import plain
from ipcsim.language import _, ngettext

SHOWN = 6
SHORT, ALL = 16, 44
"""Characters of a result, and of all of them where there are few."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run's."""

    name: str
    """What was run: results of different programs are not mixed."""
    last_line: str
    """Last line of stdout."""
    exit_code: int
    duration_s: float
    timed_out: bool
    stopped: bool
    findings: tuple[str, ...]
    """Sentences."""
    kinds: tuple[str, ...] = ()
    """What kinds of findings these are."""
    right: bool = True
    """Whether it printed what a repaired program prints, where that is known."""
    worst: Grade = Grade.FINE
    """Of its findings."""

    @property
    def grade(self) -> Grade:
        """Fine, it ended by itself, with exit code 0, the right output and no finding; or a person
        has stopped it, and there was no finding."""
        wrong = self.exit_code or self.timed_out or not self.right
        return Grade.WRONG if wrong and not self.stopped else self.worst

    @property
    def word(self) -> str:
        """The result in a word or a line."""
        if self.timed_out:
            return _("hung")
        if self.stopped:
            return _("stopped")
        if self.last_line:
            return self.last_line
        if not self.exit_code and not self.right:
            return _("nothing printed")
        return _("exit {code}").format(code=self.exit_code)

    @property
    def sentence(self) -> str:
        """All of it."""
        text = _("{word} · exit code {code} · {seconds:.2f} s").format(
            word=self.word, code=self.exit_code, seconds=self.duration_s
        )
        return "\n".join([text, *map(plain, self.findings)])


def common_end(words: Sequence[str]) -> str:
    """The words that all of several lines end with: ``of 40000``; the first number, which is the
    result, stays before it."""
    split = [word.split() for word in words]
    if len(split) < 2:
        return ""
    count = 0
    most = min(map(_after_number, split))
    while count < most and len({line[-1 - count] for line in split}) == 1:
        count += 1
    return " ".join(split[0][len(split[0]) - count :])


def _after_number(words: Sequence[str]) -> int:
    """How many words follow the first that has a digit; 0 if none has."""
    numbers = [at for at, word in enumerate(words) if any(map(str.isdigit, word))]
    return len(words) - 1 - numbers[0] if numbers else 0


class ResultsBar(QWidget):
    """The last results in one line, and the button that runs twenty times."""

    many_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._results: list[Result] = []
        self._label = QLabel()
        self._label.setProperty("tone", "small")
        self._many = QPushButton(_("Run ×20"))
        self._many.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._many.setProperty("kind", "link")
        self._many.setToolTip(_("Run it 20 times without showing it, and count (Ctrl Shift R)"))
        self._many.clicked.connect(self.many_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._label)
        row.addWidget(self._many)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.show_results(self._results)

    def show_results(self, results: Iterable[Result]) -> None:
        """Show the results of one program, oldest first."""
        self._results = list(results)
        last = self._results[-SHOWN:]
        if not last:
            self._label.setText("")
            self._label.setToolTip("")
            return
        end = common_end([one.word for one in last])
        palette = self._theme.palette
        colours = {Grade.COULD: palette.amber, Grade.WRONG: palette.red}
        words, short = [], max(SHORT, ALL // len(last))
        for one in last:
            word = one.word.removesuffix(end).strip() if end else one.word
            word = word if len(word) <= short else word[: short - 1] + "…"
            colour = colours.get(one.grade, palette.text).name()
            mark = "" if one.grade or one.stopped else " ✓"
            words.append(f'<span style="color:{colour}">{_escape(word)}{mark}</span>')
        count = len(self._results)
        runs = ngettext("{count} run", "{count} runs", count).format(count=count)
        more = "… " if count > SHOWN else ""
        text = f"{runs} · {more}{' &nbsp; '.join(words)}"
        self._label.setText(f"{text} &nbsp;{_escape(end)}" if end else text)
        self._label.setToolTip("\n".join(plain(one.sentence.splitlines()[0]) for one in last))
        self.updateGeometry()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
