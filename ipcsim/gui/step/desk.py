"""Carries out what a person asks for in Step, and shows what has become of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from ipcsim.control.actors import Phase
from ipcsim.control.steps import Choice as Decision
from ipcsim.gui.choice import Choice
from ipcsim.gui.driver import Driver
from ipcsim.gui.layout import Layout
from ipcsim.gui.step.menus import actor_menu, condition, fill_until, line_of
from ipcsim.gui.step.overlay import with_offers
from ipcsim.gui.step.panel import StepPanel
from ipcsim.gui.step.rows import Content, content
from ipcsim.language import _
from ipcsim.run.lesson import Found, expected_of, losing_of
from ipcsim.run.policies import RandomWalk, RoundRobin
from ipcsim.run.step_words import short_names, with_short_names
from ipcsim.run.stepping import Stepping
from ipcsim.run.turns import Offer, Tried
from ipcsim.trace.moment import Moment

if TYPE_CHECKING:
    from ipcsim.run.spec import RunSpec

POLL_MS: Final = 10
PLAY_S: Final = 0.7
"""Seconds a step while going on by itself."""
SHOWN_NS: Final = 1_500_000_000
"""After so long everything that a step has set in motion has arrived."""
PAGE: Final = "step"


class StepDesk(QObject):
    """One stepped program at a time."""

    losing_wanted = Signal()
    """The schedule by which the lesson fails is to be played."""
    explore_wanted = Signal()
    """All interleavings of the program are to be run."""
    keep_wanted = Signal()
    """The schedule so far is to be written to a file."""
    changed = Signal()
    """Step begins, ends, or shows something else."""

    def __init__(self, layout: Layout, driver: Driver, choice: Choice) -> None:
        super().__init__(layout)
        self._layout, self._driver, self._choice = layout, driver, choice
        self.on = False
        """Whether Run begins a stepped run."""
        self.stepping: Stepping | None = None
        self.revision = 0
        self._panel: StepPanel | None = None
        self._seen = -1
        self._shown: tuple[object, ...] = ()
        self._playing = False
        self._next_play = 0.0
        self._notice = ""
        self._caption: tuple[str, int | None] = ("", None)
        self._captioned: tuple[object, ...] = ()
        self._colours: dict[str, int] = {}
        self._offers: dict[str, Offer] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._beat)
        driver.grew.connect(self._refresh)
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
            self._refresh()
        self.changed.emit()

    def begin(self, spec: RunSpec, expected: int, ahead: Sequence[Decision] = ()) -> bool:
        """Start a program, everybody waiting; whether it could be started."""
        self._driver.close()
        self.close()
        lesson, variant = self._choice.lesson, self._choice.variant
        prints = expected_of(Found(lesson, variant)) if lesson and variant else None
        stepping = Stepping(spec, prints)
        try:
            stepping.start(ahead)
        except (OSError, RuntimeError, ValueError) as error:
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
            self._refresh()

    def forget(self) -> None:
        """Another program has been chosen."""
        self.close()
        if self._panel is not None:
            self._layout.panels.remove_page(PAGE)
            self._layout.forget_view(self._panel)
            self._panel.deleteLater()
            self._panel = None

    @property
    def active(self) -> bool:
        """Whether a program is being stepped."""
        return self.stepping is not None and not self.stepping.seat.released

    @property
    def title(self) -> str:
        """Which step this is."""
        position = self.stepping.position if self.stepping is not None else 0
        return _("step {number}").format(number=position)

    # --- what a person asks for

    def step_label(self, number: int) -> None:
        """The process whose badge has a number makes one step; 0 is main."""
        label = str(number) if number else "M"
        for process, who in self._driver.who.items():
            if who.label == label:
                self.step_process(process)
                return
        # The recording comes a moment after the steps.
        for offer in self.offers:
            end = re.search(r"(\d+)$", offer.name)
            if (end[1] if end else "M" if offer.actor == "main" else "") == label:
                self.step_actor(offer.actor)
                return

    def step_process(self, process: int) -> None:
        """A process makes one step: its main thread, or the first of it that can."""
        pid = next((p.pid for p in self._driver.trace.processes if p.process == process), 0)
        own = [offer for offer in self._offers.values() if offer.pid == pid]
        able = [offer for offer in own if offer.enabled] or own
        if able:
            self.step_actor(able[0].actor)

    def step_actor(self, actor: str, what: str = "") -> None:
        """An actor makes one step, or it is said why it can't.

        Args:
            what: a timeout or a death instead, as in :class:`~ipcsim.control.steps.Choice`.
        """
        stepping = self.stepping
        if stepping is None or not self._go_live():
            return
        self._stop_playing()
        offer = self._offers.get(actor)
        if offer is not None and not offer.enabled and not what and not stepping.busy:
            reason = _("{name} can't go on: {reason}.")
            self._say(reason.format(name=offer.name, reason=offer.reason))
            return
        self._say("")
        stepping.step(actor, what)

    def command(self, name: str) -> None:
        """A button of the bar or its key."""
        if name in ("losing", "explore"):
            (self.losing_wanted if name == "losing" else self.explore_wanted).emit()
            return
        stepping = self.stepping
        if stepping is None or not self._go_live():
            return
        self._say("")
        if name == "run":
            self._toggle_playing()
            return
        self._stop_playing()
        if name == "on":
            stepping.step_any()
        elif name == "back":
            stepping.back(stepping.position - 1)
        elif name == "home":
            stepping.back(0)
        elif name == "end":
            stepping.run(lambda: not stepping.ahead)

    @property
    def offers(self) -> list[Offer]:
        """Who could make the next turn, and who can't."""
        return list(self._offers.values())

    def step_line(self) -> None:
        """Who moved last goes on until it is at another line."""
        self.over_line(self._last_actor())

    def until_blocked(self) -> None:
        """Who moved last goes on until it can't."""
        self.alone(self._last_actor())

    def over_line(self, actor: str) -> None:
        """An actor goes on until it is at another line."""
        if actor and (stepping := self._ready()) is not None:
            stepping.step_line(actor)

    def alone(self, actor: str) -> None:
        """An actor goes on until it can't."""
        if actor and (stepping := self._ready()) is not None:
            stepping.run_until_blocked(actor)

    def run_until(self, until: Callable[[], bool]) -> None:
        """All go on, by the scheduler's choice, until something is so."""
        if (stepping := self._ready()) is not None:
            stepping.run(until)

    def until_wait(self) -> None:
        """All go on until somebody has to wait who didn't before."""
        waiting = {offer.actor for offer in self.offers if not offer.enabled}

        def somebody_waits() -> bool:
            assert self.stepping is not None
            now = {offer.actor for offer in self.stepping.offers() if not offer.enabled}
            return bool(now - waiting)

        self.run_until(somebody_waits)

    def until_end(self) -> None:
        """All go on until a process ends."""
        stepping = self.stepping
        over = self._over()
        if stepping is not None:
            self.run_until(lambda: self._over() > over)

    def until_lost(self) -> None:
        """All go on until a write overwrites what its writer hasn't read."""
        lost = sum(row.wrong for row in self._content().rows)
        self.run_until(lambda: sum(row.wrong for row in self._content().rows) > lost)

    def until_text(self, text: str) -> bool:
        """All go on until what a person has typed; whether that makes sense."""
        holds = condition(text, self._content)
        line = line_of(text)
        if holds is None and line:
            holds = partial(self._somebody_at, line)
        if holds is None:
            self._say(_("A line's number, or a value: counter == 3"))
            return False
        self.run_until(holds)
        return True

    def _somebody_at(self, line: int) -> bool:
        stepping = self.stepping
        if stepping is None or not stepping.turns:
            return False
        offer = stepping.offer(stepping.turns[-1].actor)
        return offer is not None and offer.line is not None and offer.line.number == line

    def _over(self) -> int:
        assert self.stepping is not None
        actors = self.stepping.seat.controller.actors.values()
        return sum(actor.phase is Phase.ENDED for actor in actors)

    def _content(self) -> Content:
        """The table as it is now: the recording comes a moment after the steps."""
        assert self.stepping is not None
        return content(self.stepping, self._driver.trace, self._driver.who)

    def _ready(self) -> Stepping | None:
        if self.stepping is None or not self._go_live():
            return None
        self._say("")
        self._stop_playing()
        return self.stepping

    def to_turn(self, turns: int) -> None:
        """Back to after so many turns."""
        if self.stepping is not None and self._go_live():
            self._stop_playing()
            self.stepping.back(turns)

    def go_to(self, node: Tried) -> None:
        """To a step that was tried."""
        if (stepping := self._ready()) is not None:
            stepping.go_to(node)

    def set_granularity(self, name: str) -> None:
        """``calls`` or ``leaves``."""
        if self.stepping is not None:
            self.stepping.public = name != "leaves"
            self.stepping.changed += 1
            if self._panel is not None:
                self._panel.bar.show_granularity(self.stepping.public)

    def toggle_granularity(self) -> None:
        """Open up the calls, or close them."""
        if self.stepping is not None:
            self.set_granularity("leaves" if self.stepping.public else "calls")

    @property
    def in_turn(self) -> bool:
        """Whether the scheduler lets each go on in turn, not by chance."""
        return self.stepping is not None and isinstance(self.stepping.policy, RoundRobin)

    def set_in_turn(self, on: bool) -> None:
        """Let the scheduler choose each in turn, or by chance."""
        if self.stepping is not None:
            self.stepping.policy = RoundRobin() if on else RandomWalk()

    # --- what the driver asks

    def latest(self, now: int) -> int:
        """The last moment that differs from those before: while all wait nothing moves."""
        stepping = self.stepping
        if stepping is None or stepping.seat.state is None or stepping.seat.released:
            return now
        return min(now, stepping.seat.settled_at + SHOWN_NS)

    def direct(self, moment: Moment) -> Moment:
        """The moment with every card before what it is about to do."""
        if not self.active or not self._offers:
            return moment
        assert self.stepping is not None
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
        if stepping.changed != self._seen:
            self._seen = stepping.changed
            self._refresh()
        if stepping.seat.released and stepping.seat.session.ended is not None:
            self._timer.stop()

    def _refresh(self) -> None:
        stepping, panel = self.stepping, self._panel
        self.revision += 1
        if stepping is None or panel is None:
            return
        if not stepping.going_back:
            state = stepping.seat.state
            if state is not None or not self._offers:
                self._offers = {offer.actor: offer for offer in stepping.offers()}
        question, wrong = self._question()
        shown = self._content()
        panel.table.show_content(shown, question, wrong)
        self._tell(shown)
        self._colours |= {column.actor: column.who.colour for column in shown.columns}
        panel.tree.show_tree(stepping.tried, stepping.at, self._colours)
        ended = stepping.outcome() is not None
        panel.bar.show_state(
            stepping.position,
            len(stepping.ahead),
            self._playing,
            {
                "home": stepping.position > 0,
                "back": stepping.position > 0,
                "run": not ended,
                "on": not ended,
                "end": bool(stepping.ahead),
            },
        )
        panel.say(stepping.notice or stepping.difference or self._notice)
        self._driver.wake()

    def _tell(self, shown: Content) -> None:
        """Make the caption say what the last step did, or what it waits for."""
        row = shown.rows[-1] if shown.rows else None
        if row is None or self.stepping is None or self.stepping.going_back:
            self._caption = "", None
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
            waits = row.waits and offer is not None
            what = f" {offer.reason}." if waits and offer is not None else f": {row.text}"
            processes = self._driver.moment.processes
            actors = [p.actors for p in processes if p.process == column.who.process and p.actors]
            self._caption = f"{column.name}{what}", actors[0][0].actor if actors else None

    def _question(self) -> tuple[str, bool]:
        """What the last row says, and whether that is wrong."""
        stepping = self.stepping
        assert stepping is not None
        if stepping.seat.released:
            return _("everybody goes on without control"), False
        if stepping.going_back:
            return _("going back …"), False
        found = stepping.outcome()
        if found is not None:
            ended = self._driver.last_ended
            if ended is not None and ended.stopped:
                return _("stopped"), False
            names = short_names(stepping.seat.controller.actors)
            return with_short_names(found.sentence, names), found.fails
        return _("who goes next?"), False

    # --- parts

    def _go_live(self) -> bool:
        """Steps are made where the run is, not where somebody looks back to."""
        if not self._driver.axis.following:
            self._layout.panels.to_end()
        return self.active

    def _toggle_playing(self) -> None:
        assert self.stepping is not None
        self._playing = not self._playing
        self._next_play = 0.0
        if not self._playing:
            self.stepping.halt()
        self._refresh()

    def _stop_playing(self) -> None:
        if self._playing:
            self._playing = False
            self._refresh()

    def _last_actor(self) -> str:
        """Who moved last, or could move first."""
        stepping = self.stepping
        if stepping is None:
            return ""
        if stepping.turns and stepping.turns[-1].actor in self._offers:
            return stepping.turns[-1].actor
        return next((offer.actor for offer in self._offers.values() if offer.enabled), "")

    def warn(self, sentence: str) -> None:
        """Say something below the table until the next step."""
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        self._notice = sentence
        if self._panel is not None:
            self._panel.say(sentence)

    def _show_page(self) -> None:
        panels = self._layout.panels
        if self._panel is None:
            self._panel = StepPanel(self._layout.theme)
            self._panel.table.actor_clicked.connect(self.step_actor)
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
