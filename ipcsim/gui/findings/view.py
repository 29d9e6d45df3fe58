"""The findings of a run, opened: what went wrong, who, where, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.findings.grade import Grade, grade
from ipcsim.gui.findings.key import Key, key_of
from ipcsim.gui.look.badge import Badge
from ipcsim.gui.look.flow import Flow
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import rich
from ipcsim.language import _, ngettext

if TYPE_CHECKING:
    from ipcsim.analysis import Finding

MOST = 12
"""Badges of a finding."""
BESIDE = 2
"""More badges than this stand above the sentence."""


class FindingsView(QWidget):
    """Takes space only when there is something to show and it was asked for."""

    play_wanted = Signal(object)
    """Play slowly what led to a :class:`Finding`."""
    jump_wanted = Signal(object)
    replay_wanted = Signal(object)
    """Step to just before what a finding tells; or give up looking for a way there."""
    fix_wanted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._findings: tuple[Finding, ...] = ()
        self._who: Mapping[int, Identity] = {}
        self._fixes: tuple[str, ...] = ()
        self._nothing = ""
        self._replays: dict[Key, tuple[str, bool]] = {}
        """What is said of replaying a finding, and whether its schedule is being looked for."""
        self._replaying: dict[Key, tuple[QLabel, QPushButton, str]] = {}
        self._title = QLabel()
        self._title.setProperty("tone", "strong")
        close = QPushButton(_("Close"))
        close.setProperty("kind", "link")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.setToolTip(_("Close (F)"))
        close.clicked.connect(self.closed)
        heading = QWidget()
        heading.setObjectName("heading")
        self._row = QHBoxLayout(heading)
        self._row.addWidget(self._title)
        self._row.addStretch(1)
        self._row.addWidget(close)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(heading)
        layout.addWidget(self._scroll, 1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(11), theme.px(1), theme.px(6), theme.px(1))
        self._fill()

    def show_findings(
        self,
        findings: Sequence[Finding],
        who: Mapping[int, Identity],
        fixes: Sequence[str],
        nothing: str = "",
    ) -> None:
        """Show findings.

        Args:
            findings: in the order of their weight.
            who: the processes.
            fixes: of each how the fixed variant differs; empty if there is no fixed variant.
            nothing: what is said where there are none.
        """
        shown = tuple(findings), dict(who), tuple(fixes), nothing
        if shown == (self._findings, self._who, self._fixes, self._nothing):
            return
        self._findings, self._who, self._fixes, self._nothing = shown
        known = {key_of(finding) for finding in findings}
        self._replays = {key: said for key, said in self._replays.items() if key in known}
        self._fill()

    def show_replay(self, key: Key, sentence: str, searching: bool) -> None:
        """Say how it stands with replaying a finding, below its links.

        Args:
            key: of the finding.
            sentence: empty takes away what was said.
            searching: a schedule is being looked for.
        """
        self._replays[key] = sentence, searching
        shown = self._replaying.get(key)
        if shown is not None:
            _say(*shown, sentence, searching)

    def _fill(self) -> None:
        self._replaying = {}
        self._title.setText(_counted(self._findings))
        inside = QWidget()
        inside.setObjectName("body")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(*(self._theme.px(8),) * 4)
        layout.setSpacing(self._theme.px(8))
        if not self._findings:
            layout.addWidget(QLabel(self._nothing))
        for number, finding in enumerate(self._findings):
            layout.addWidget(self._one(finding, self._fixes[number] if self._fixes else ""))
        layout.addStretch(1)
        self._scroll.setWidget(inside)

    def _one(self, finding: Finding, fixed: str) -> QWidget:
        frame = QFrame()
        frame.setObjectName("finding")
        if grade(finding) < Grade.WRONG:
            frame.setProperty("tone", "amber")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(self._theme.px(10), 0, 0, 0)
        layout.setSpacing(self._theme.px(2))
        first = QHBoxLayout()
        first.setSpacing(self._theme.px(4))
        shown = [self._who[p] for p in finding.processes if p in self._who][:MOST]
        if not finding.circle:
            # A circle is read in its own order, all others by number.
            shown.sort(key=lambda who: who.rank)
        for who in shown:
            badge = Badge(self._theme, 18)
            badge.show_identity(who)
            first.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        if len(shown) > BESIDE:
            first.addStretch(1)
            layout.addLayout(first)
            first = QHBoxLayout()
        sentence = QLabel(rich(finding.sentence))
        sentence.setWordWrap(True)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        first.addWidget(sentence, 1)
        layout.addLayout(first)
        # What can be done comes before what is said of all such cases: it must be in sight.
        # For a hall they take two lines: the sentence must not become wider than the column.
        row = QWidget()
        links = Flow(row)
        links.setContentsMargins(0, 0, 0, 0)
        links.setSpacing(self._theme.px(8))
        for text, wanted in (
            (_("Play it slowly"), lambda: self.play_wanted.emit(finding)),
            (_("Go there"), lambda: self.jump_wanted.emit(finding)),
        ):
            links.addWidget(self._link(text, wanted))
        step_by_step = _("Replay step by step")
        if finding.kind == "lock_order":
            step_by_step = _("Find a schedule that deadlocks")
        replay = self._link(step_by_step, lambda: self.replay_wanted.emit(finding))
        replay.setToolTip(_("On real processes, to just before it happens (R)"))
        links.addWidget(replay)
        if self._fixes:
            links.addWidget(self._link(_("Show the fix"), self.fix_wanted.emit))
        layout.addWidget(row)
        said = QLabel()
        said.setProperty("tone", "small")
        said.setWordWrap(True)
        layout.addWidget(said)
        key = key_of(finding)
        self._replaying[key] = said, replay, step_by_step
        _say(*self._replaying[key], *self._replays.get(key, ("", False)))
        remedy = f"→ {finding.remedy}" if finding.remedy else ""
        difference = f"✓ {fixed}" if fixed else ""
        for text in (finding.explanation, remedy, difference, finding.reference):
            if text:
                label = QLabel(rich(text))
                label.setProperty("tone", "small")
                label.setWordWrap(True)
                layout.addWidget(label)
        return frame

    def _link(self, text: str, wanted: object) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(wanted)
        return button


def _say(said: QLabel, link: QPushButton, verb: str, sentence: str, searching: bool) -> None:
    """Say how it stands with replaying, and what a click does now."""
    said.setText(sentence)
    said.setVisible(bool(sentence))
    link.setText(_("Stop looking") if searching else verb)


def _counted(findings: Sequence[Finding]) -> str:
    """How many findings, and how many notices beside them."""
    wrong = sum(finding.is_wrong for finding in findings)
    notices = len(findings) - wrong
    words = ngettext("{count} finding", "{count} findings", wrong).format(count=wrong)
    if notices:
        more = ngettext("{count} notice", "{count} notices", notices).format(count=notices)
        words = f"{words} · {more}"
    return words
