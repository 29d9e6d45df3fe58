"""Findings wait behind a count until they are asked for: no spoilers, no dialogs."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ipcsim.analysis import WRONG, Finding
from ipcsim.gui.choice import Choice
from ipcsim.gui.driver import Driver
from ipcsim.gui.layout import Layout
from ipcsim.gui.views import Views
from ipcsim.run.lesson import Variant


class FindingsDesk(QObject):
    """Holds the findings of the run on show."""

    def __init__(self, layout: Layout, driver: Driver, choice: Choice, views: Views) -> None:
        super().__init__(layout)
        self._layout, self._driver, self._choice, self._views = layout, driver, choice, views
        self.found: list[Finding] = []
        self.opened = False
        self._looked_at: Finding | None = None
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
        lesson, variant = self._choice.lesson, self._choice.variant
        if lesson is None or variant is None or variant.verdict == "clean":
            return None
        clean = [one for one in lesson.variants if one.verdict == "clean"]
        clean.sort(key=lambda one: one.name != "fixed")
        return clean[0] if clean else None

    def toggle(self) -> None:
        """Open or close them."""
        self.opened = not self.opened
        self._show()

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
        wrong = any(finding.severity == WRONG for finding in self.found)
        layout.top.show_findings(len(self.found), self.opened, wrong)
        layout.findings.show_findings(self.found, self._driver.who, self.fix is not None)
        layout.findings.setVisible(self.opened and not layout.theme.presenting)
        self._views.show_circle(self.found if self.opened else [])
