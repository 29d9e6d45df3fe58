"""Carries out what a person asks for in Step, and shows what has become of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal

from ipcsim.control.steps import Choice as Decision
from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.layout import Layout
from ipcsim.gui.session.driver import Driver
from ipcsim.gui.step.menus import actor_menu, fill_until
from ipcsim.gui.step.overlay import with_offers, with_outsiders
from ipcsim.gui.step.table.panel import StepPanel
from ipcsim.gui.step.table.question import question
from ipcsim.gui.step.table.rows import Content
from ipcsim.gui.step.verbs import StepVerbs
from ipcsim.language import _
from ipcsim.run.lesson import Found, expected_of, losing_of
from ipcsim.run.stepping import Stepping
from ipcsim.trace.moment import Moment

if TYPE_CHECKING:
    from ipcsim.run.spec import RunSpec

POLL_MS: Final = 10
PLAY_S: Final = 0.7
"""Seconds a step while going on by itself."""
SHOWN_NS: Final = 1_500_000_000
"""After so long everything that a step has set in motion has arrived."""
RUNNING_S: Final = 0.1
PAGE: Final = "step"


class StepDesk(StepVerbs):
    """One stepped program at a time."""

    changed = Signal()
    """Step begins, ends, or shows something else."""

    def __init__(self, layout: Layout, driver: Driver, choice: Choice) -> None:
        super().__init__(layout, driver)
        self._choice = choice
        self.on = False
        """Whether Run begins a stepped run."""
        self.revision = 0
        self._seen = -1
        self._grown = False
        self._refreshed = 0.0
        self._caption: tuple[str, int | None] = ("", None)
        self._captioned: tuple[object, ...] = ()
        self._colours: dict[str, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._beat)
        driver.grew.connect(self._grew)
        driver.director = self

    # --- on and off

    def enter(self) -> None:
        """Step is chosen."""
        self.on = True
        self.changed.emit()

    def leave(self) -> None:
        """Full speed or Slow is chosen: who waits goes on, for good."""
        self.on = False
        if self.stepping is not None and not self.stepping.seat.released:
            self.stepping.release()
            self.refresh()
        self.changed.emit()

    def begin(self, spec: RunSpec, expected: int, ahead: Sequence[Decision] = ()) -> bool:
        """Start a program, everybody waiting; whether it could be started."""
        self._driver.close()
        self.close()
        lesson, variant = self._choice.lesson, self._choice.variant
        prints = expected_of(Found(lesson, variant)) if lesson and variant else None
        stepping: Stepping | None = None
        try:
            stepping = Stepping(spec, prints)
            stepping.start(ahead)
        except (OSError, RuntimeError, ValueError) as error:
            if stepping is not None:
                stepping.close()
            self._driver.forget()
            self._driver.problem.emit(_("It can't be started: {error}").format(error=error))
            return False
        self.stepping = stepping
        self._playing, self._seen, self._notice = False, -1, ""
        self._driver.adopt(stepping.seat.session, expected)
        self._show_page()
        self._timer.start()
        self.changed.emit()
        return True

    def close(self) -> None:
        """End the stepped program, if there is one."""
        self._timer.stop()
        self._playing = False
        if self.stepping is not None:
            self.stepping.close()
            self.stepping = None
            self._offers = {}
            self.refresh()

    def forget(self) -> None:
        """Another program has been chosen."""
        self.close()
        if self._panel is not None:
            self._layout.panels.remove_page(PAGE)
            self._layout.forget_view(self._panel)
            self._panel.deleteLater()
            self._panel = None

    @property
    def title(self) -> str:
        """Which step this is."""
        position = self.stepping.position if self.stepping is not None else 0
        return _("step {number}").format(number=position)

    # --- what the driver asks

    def latest(self, now: int) -> int:
        """The last moment that differs from those before: while all wait nothing moves."""
        stepping = self.stepping
        if stepping is None or stepping.seat.state is None or stepping.seat.released:
            return now
        return min(now, stepping.seat.settled_at + SHOWN_NS)

    def direct(self, moment: Moment) -> Moment:
        """The moment with every card before what it is about to do."""
        if not self.active:
            return moment
        assert self.stepping is not None
        moment = with_outsiders(moment, self.stepping.outsiders)
        if not self._offers:
            return moment
        shown = with_offers(moment, self._offers, self.stepping.public)
        sentence, actor = self._caption
        return replace(shown, caption=sentence, caption_actor=actor) if sentence else shown

    # --- the beat

    def _beat(self) -> None:
        stepping = self.stepping
        if stepping is None:
            return
        course = stepping.course
        stepping.poll()
        if stepping.course is not course:
            self._driver.replace(stepping.seat.session)
        if self._playing and not stepping.busy and time.monotonic() >= self._next_play:
            self._next_play = time.monotonic() + PLAY_S
            if stepping.outcome() is not None or stepping.notice:
                self._stop_playing()
            else:
                stepping.step_any()
        # While it runs, a table for every step would be work that nobody can read.
        due = not stepping.busy or time.monotonic() - self._refreshed > RUNNING_S
        if due and (self._grown or stepping.changed != self._seen):
            self._seen, self._grown, self._refreshed = stepping.changed, False, time.monotonic()
            self.refresh()
        if stepping.seat.released and stepping.seat.session.ended is not None:
            self._timer.stop()

    def _grew(self) -> None:
        """The recording, which says more of the steps, has more in it."""
        self._grown = True

    def refresh(self) -> None:
        """Show what has become of it."""
        stepping, panel = self.stepping, self._panel
        self.revision += 1
        if stepping is None or panel is None:
            return
        if not stepping.going_back:
            state = stepping.seat.state
            if state is not None or not self._offers:
                self._offers = {offer.actor: offer for offer in stepping.offers()}
        ended = self._driver.last_ended
        words, wrong = question(stepping, ended is not None and ended.stopped)
        shown = self.table()
        panel.table.show_content(shown, words, wrong)
        self._tell(shown)
        self._colours |= {column.actor: column.who.colour for column in shown.columns}
        panel.tree.show_tree(stepping.tried, stepping.at, self._colours)
        over = stepping.outcome() is not None
        # Everybody waits for the person: nothing is wrong with that, until nobody can go on.
        self._driver.trace.attended = self.active and not over
        panel.bar.show_state(
            stepping.position,
            len(stepping.ahead),
            self._playing,
            {
                "home": stepping.position > 0,
                "back": stepping.position > 0,
                "run": not over,
                "on": not over,
                "end": bool(stepping.ahead),
            },
        )
        panel.say(stepping.notice or stepping.difference or self._notice)
        self._driver.wake()

    def _tell(self, shown: Content) -> None:
        """Make the caption say what the last step did, or what it waits for."""
        row = shown.rows[-1] if shown.rows else None
        if row is None or self.stepping is None or self.stepping.going_back:
            begins = self.stepping is not None and not self.stepping.going_back
            self._caption = self._beginning() if begins else "", None
            self._captioned = ()
            return
        offer = self._offers.get(shown.columns[row.column].actor) if row.column >= 0 else None
        key = (id(self.stepping.course), row, offer)
        if key == self._captioned:
            return
        self._captioned = key
        column = shown.columns[row.column] if row.column >= 0 else None
        if row.told and not row.waits:
            self._caption = self._driver.told_at(row.told)
        elif column is not None:
            text = f"{column.name}: {row.text}"
            if row.waits and offer is not None and offer.reason:
                text = _("{who} {reason}.").format(who=column.name, reason=offer.reason)
            processes = self._driver.moment.processes
            actors = [p.actors for p in processes if p.process == column.who.process and p.actors]
            self._caption = text, actors[0][0].actor if actors else None

    def _beginning(self) -> str:
        """Nothing has been done yet: what can be."""
        if self.stepping is not None and self.stepping.ahead:
            return _(
                "A schedule lies ahead: → makes its next step, Space plays it, End goes to it."
            )
        return _("Everybody waits for you: press a number, or click who is to go next.")

    def _show_page(self) -> None:
        panels = self._layout.panels
        if self._panel is None:
            self._panel = StepPanel(self._layout.theme)
            self._panel.table.actor_clicked.connect(self.step_actor)
            self._panel.table.action_clicked.connect(self.act)
            self._panel.table.actor_menu.connect(partial(actor_menu, self._panel, self))
            self._panel.table.row_clicked.connect(self.to_turn)
            until = self._panel.bar.until_menu
            until.aboutToShow.connect(partial(fill_until, until, self))
            self._panel.tree.node_clicked.connect(self.go_to)
            self._panel.bar.wanted.connect(self.command)
            self._panel.bar.granularity_wanted.connect(self.set_granularity)
            self._layout.add_view(self._panel)
            panels.add_page(PAGE, _("Step"), self._panel)
        lesson = self._choice.lesson
        self._panel.bar.losing.setVisible(losing_of(lesson) is not None)
        panels.show_page(PAGE)
