"""What a person can ask for in Step: who goes next, back, on, until when."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from ipcsim.gui.layout import Layout
from ipcsim.gui.session.driver import Driver
from ipcsim.gui.step.table.actions import WAIT, WHOM
from ipcsim.gui.step.table.panel import StepPanel
from ipcsim.gui.step.table.rows import Content, content
from ipcsim.language import _
from ipcsim.run.course import Course
from ipcsim.run.policies import RandomWalk, RoundRobin
from ipcsim.run.stepping import Stepping
from ipcsim.run.turns import Effect, Offer, Tried
from ipcsim.run.watching import turns_before


class StepVerbs(QObject):
    """Each verb returns at once; the beat of the desk carries it out."""

    losing_wanted = Signal()
    """The schedule by which the lesson fails is to be played."""
    explore_wanted = Signal()
    """All interleavings of the program are to be run."""
    keep_wanted = Signal()
    """The schedule so far is to be written to a file."""

    def __init__(self, layout: Layout, driver: Driver) -> None:
        super().__init__(layout)
        self._layout, self._driver = layout, driver
        self.stepping: Stepping | None = None
        self._panel: StepPanel | None = None
        self._offers: dict[str, Offer] = {}
        self._playing = False
        self._next_play = 0.0
        self._notice = ""
        self._table = Content()
        self._table_of: Course | None = None
        self._typed = ""
        self.enter_key = QShortcut(QKeySequence(Qt.Key.Key_Return), layout)
        """Ends a number of several digits; otherwise Enter belongs to the fields."""
        self.enter_key.setEnabled(False)
        self.enter_key.activated.connect(self.step_typed)

    @property
    def active(self) -> bool:
        """Whether a program is being stepped."""
        return self.stepping is not None and not self.stepping.seat.released

    def refresh(self) -> None:
        """Show what has become of it."""
        raise NotImplementedError

    # --- one step

    def type_digit(self, digit: int) -> None:
        """A process makes one step by its number; where those have two digits, Enter ends it."""
        columns = self._panel.table.content.columns if self._panel is not None else ()
        self._typed += str(digit)
        if any(len(column.key) > 1 for column in columns):
            self.enter_key.setEnabled(True)
            self.say(_("{number} … Enter").format(number=self._typed))
        else:
            self.step_typed()

    def step_typed(self) -> None:
        """The process whose number was typed makes one step."""
        typed, self._typed = self._typed, ""
        self.enter_key.setEnabled(False)
        self.say("")
        columns = self._panel.table.content.columns if self._panel is not None else ()
        for column in columns:
            if column.key == typed.lstrip("0") or (column.key == "0" and not typed.strip("0")):
                self.step_actor(column.actor)
                return

    def step_process(self, process: int) -> None:
        """A process makes one step: its main thread, or the first of it that can."""
        pid = next((p.pid for p in self._driver.trace.processes if p.process == process), 0)
        own = [offer for offer in self._offers.values() if offer.pid == pid]
        able = [offer for offer in own if offer.enabled]
        if not able and (by := self._let_by(pid)) is not None:
            self.step_actor(by[0], whom=by[1])
        elif able or own:
            self.step_actor((able or own)[0].actor)
        else:
            self._say_outside(pid=pid)

    def act(self, actor: str, what: str) -> None:
        """A small button in an actor's cell."""
        if what == WAIT:
            self.wait_for(actor)
        elif what.startswith(WHOM):
            self.step_actor(actor, whom=what.removeprefix(WHOM))
        else:
            self.step_actor(actor, what)

    def wait_for(self, actor: str) -> None:
        """Nobody goes on until who is outside control asks again."""
        if (stepping := self._ready()) is not None:
            stepping.wait_for(actor)

    def _let_by(self, pid: int) -> tuple[str, str] | None:
        """Whose turn would wake a process that waits, or hand on to it, if that is one's alone."""
        found = [
            (offer.actor, one.actor)
            for offer in self._offers.values()
            for one in offer.alternatives
            if offer.effect is not Effect.TAKES and (o := self._offers.get(one.actor)) is not None
            if o.pid == pid
        ]
        return found[0] if len(found) == 1 else None

    def _say_outside(self, actor: str = "", pid: int = 0) -> None:
        """Why somebody outside control makes no step."""
        outsiders = self.stepping.outsiders if self.stepping is not None else ()
        for one in outsiders:
            if one.actor == actor or one.pid == pid:
                words = _("{name} is outside control: wait for it, or kill it.")
                self.say(words.format(name=one.name))

    def step_actor(self, actor: str, what: str = "", whom: str = "") -> None:
        """An actor makes one step, or it is said why it can't.

        Args:
            what: a timeout or a death instead, as in :class:`~ipcsim.control.steps.Choice`.
            whom: whom it wakes, or whose message arrives, of its offer's alternatives.
        """
        stepping = self.stepping
        if stepping is None or not self._go_live():
            return
        self._stop_playing()
        offer = self._offers.get(actor)
        if offer is not None and not offer.enabled and not what and not stepping.busy:
            reason = _("{name} can't go on: {reason}.")
            self.say(reason.format(name=offer.name, reason=offer.reason))
            return
        self.say("")
        if offer is None and not what and not stepping.busy:
            self._say_outside(actor)
            return
        stepping.step(actor, what, whom)

    def command(self, name: str) -> None:
        """A button of the bar or its key."""
        if name in ("losing", "explore"):
            (self.losing_wanted if name == "losing" else self.explore_wanted).emit()
            return
        stepping = self.stepping
        if stepping is None or not self._go_live():
            return
        self.say("")
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

    def before(self, moment: int) -> None:
        """Go back to just before a moment of this run, ns on the recorded machine's clock."""
        stepping = self.stepping
        if stepping is not None and self._go_live():
            self._stop_playing()
            stepping.back(turns_before(stepping.turns, stepping.seat.times, moment))

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

    def table(self) -> Content:
        """The table as it is now: the recording comes a moment after the steps."""
        assert self.stepping is not None
        course = self.stepping.course
        before = self._table if self._table_of is course else None
        self._table = content(self.stepping, self._driver.trace, self._driver.who, before)
        self._table_of = course
        return self._table

    def _ready(self) -> Stepping | None:
        if self.stepping is None or not self._go_live():
            return None
        self.say("")
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
        self.refresh()

    def _stop_playing(self) -> None:
        if self._playing:
            self._playing = False
            self.refresh()

    def _last_actor(self) -> str:
        """Who moved last, or could move first."""
        stepping = self.stepping
        if stepping is None:
            return ""
        if stepping.turns and stepping.turns[-1].actor in self._offers:
            return stepping.turns[-1].actor
        return next((offer.actor for offer in self._offers.values() if offer.enabled), "")

    def say(self, sentence: str) -> None:
        """Say something below the table until the next step."""
        self._notice = sentence
        if self._panel is not None:
            self._panel.say(sentence)
