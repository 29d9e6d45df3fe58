"""Findings wait behind a count until they are asked for: no spoilers, no dialogs."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ipcsim.analysis import Finding
from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.findings.grade import Grade, grade
from ipcsim.gui.layout import Layout
from ipcsim.gui.session.driver import Driver
from ipcsim.gui.session.views import Views
from ipcsim.language import _
from ipcsim.run.fixes import fix_of, says_how_fixed
from ipcsim.run.lesson import Variant


class FindingsDesk(QObject):
    """Holds the findings of the run on show."""

    def __init__(self, layout: Layout, driver: Driver, choice: Choice, views: Views) -> None:
        super().__init__(layout)
        self._layout, self._driver, self._choice, self._views = layout, driver, choice, views
        self.found: list[Finding] = []
        self.opened = False
        self._looked_at: Finding | None = None
        self._fixed_of = ""
        self._fixed = says_how_fixed(None)
        for signal in (layout.findings.jump_wanted, layout.findings.play_wanted):
            signal.connect(self._look_at)

    @property
    def current(self) -> Finding | None:
        """The finding that was looked at last, else the first."""
        if self._looked_at in self.found:
            return self._looked_at
        return self.found[0] if self.found else None

    def _look_at(self, finding: Finding) -> None:
        self._looked_at = finding

    @property
    def fix(self) -> Variant | None:
        """The repaired variant of what is shown, if there is one."""
        return fix_of(self._choice.lesson, self._choice.variant)

    def toggle(self) -> None:
        """Open or close them."""
        self.opened = not self.opened
        self._show()
        if self.opened:
            self._layout.bring_side()

    def clear(self) -> None:
        """Another run: none, and closed."""
        self.found, self.opened = [], False
        self._show()

    def show_found(self, found: list[Finding], _final: bool) -> None:
        """These have been found."""
        self.found = found
        self._show()

    def _show(self) -> None:
        layout = self._layout
        worst = max(map(grade, self.found), default=Grade.FINE)
        wrong = sum(finding.is_wrong for finding in self.found)
        layout.top.show_findings(wrong or len(self.found), self.opened, worst)
        name = self._choice.name if self.fix is not None else ""
        if name != self._fixed_of:
            self._fixed_of, self._fixed = name, says_how_fixed(name)
        fixes = tuple(self._fixed(finding) for finding in self.found) if name else ()
        layout.findings.show_findings(self.found, self._driver.who, fixes, self._nothing())
        layout.findings.setVisible(self.opened)
        self._views.show_circle(self.found if self.opened else [])

    def _nothing(self) -> str:
        """What is said while nothing is found."""
        if not self._driver.who:
            return _("Nothing has been run yet: press Run.")
        if self._driver.running:
            return _("Nothing wrong has been seen so far.")
        return _("Nothing wrong was seen in this run.")
