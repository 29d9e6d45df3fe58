"""Shows every moment in all views at once: stage, program, caption, output, selected process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from ipcsim.analysis import Finding
from ipcsim.events import Kind, ObjectKind
from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.choosing.pythons import version_of
from ipcsim.gui.layout import Layout
from ipcsim.gui.panels.player.playback import Manner
from ipcsim.gui.session.driver import Driver
from ipcsim.gui.stage import Deadlock, Detail
from ipcsim.gui.stage.usage import links_of_messages
from ipcsim.language import _, grouped, ngettext
from ipcsim.supervisor.messages import Ended
from ipcsim.trace.moment import Moment

FLIGHT_NS = 400_000_000
FACTS_S = 0.1
"""Figures that change faster can't be read."""
MESSAGES = 20_000
"""So many messages of a recording are looked at to know who sends to whom."""
FRESH = 400
"""And so many of those that have come since the last look."""
_RAISED = ("exception", "missing_module")
"""Findings that begin at a line that raised an exception."""
PRINTED = 6
"""Lines of the output of which those are shown above the stage that have room there."""
MANY = 6
"""From more processes than this on, the selected one is shown by itself."""


class Views(QObject):
    """Listens to the driver; whatever a person points at in one view, the others show too."""

    def __init__(self, layout: Layout, driver: Driver, choice: Choice) -> None:
        super().__init__(layout)
        self._layout, self._driver, self._choice = layout, driver, choice
        self.selected: int | None = None
        self._wrong, self._wrong_since = "", 0
        self._circle: Deadlock | None = None
        self._circle_since = 0
        self._sources = 0
        self._linked = 0
        """Up to when it is known who sends to whom, ns."""
        self._told = 0.0
        self._placed: object = None
        """The processes whose places in the program are shown."""
        self._result: tuple[str, bool] = ("", False)
        driver.started.connect(self._started)
        driver.state_changed.connect(self._show_start)
        driver.grew.connect(self._grew)
        driver.moment_changed.connect(self._show)
        driver.beat.connect(self._beat)
        driver.between.connect(layout.panels.prepare)
        driver.ended.connect(lambda _ended: self._foresee())
        player = layout.panels.player
        player.changed.connect(lambda: layout.end.playing(player.playing))
        layout.output.changed.connect(self._show_printed)
        layout.panels.process_clicked.connect(self.select)
        layout.stage.process_selected.connect(self._picked)
        layout.program.process_clicked.connect(self.select)
        layout.selected.closed.connect(lambda: self.select(None))

    def show_choice(self) -> None:
        """Another program is going to be run."""
        layout, choice = self._layout, self._choice
        layout.top.show_choice(choice)
        if choice.program is not None and not choice.problem:
            layout.program.show_program(choice.program, choice.lesson, choice.variant)
        elif choice.program is not None:
            layout.program.show_unreadable(choice.program)
        layout.output.clear()
        layout.caption.say("", None)
        self.show_title("")

    def select(self, process: int | None) -> None:
        """Select a process in all views; None selects none."""
        self._layout.stage.select(process)

    def select_label(self, number: int) -> None:
        """Select the process whose badge has a number; 0 is main."""
        label = str(number) if number else "M"
        for process, who in self._driver.who.items():
            if who.label == label:
                self.select(None if process == self.selected else process)
                return

    def redraw(self) -> None:
        """Show the present moment again: the look has changed."""
        if self._driver.who:
            self._show(self._driver.moment)

    def _picked(self, process: int | None) -> None:
        self.selected = process
        self._layout.panels.select(process)
        if process is not None:
            self._layout.program.show_process(process)
        self._show_selected(self._driver.moment)

    def _started(self) -> None:
        driver, layout = self._driver, self._layout
        self._wrong, self._wrong_since = "", 0
        self._sources, self._linked = 0, 0
        self._placed = None
        self._result = "", False
        layout.program.show_wrong("", 0)
        layout.stage.clear_stage()
        layout.stage.set_structure(expected=driver.expected)
        if driver.trace.event_count:
            self._foresee()
        layout.panels.set_run(driver.trace)
        layout.output.show_time(None)
        layout.end.say("")
        self.select(None)

    def _foresee(self) -> None:
        """Show who sends to whom in all of a run, what has passed between two frames too."""
        driver = self._driver
        last = driver.last_moment()
        links = links_of_messages(driver.trace.messages(0, last.t, MESSAGES))
        self._layout.stage.foresee(last, driver.trace.objects, links)

    def _show_start(self) -> None:
        """Until something is known of a run: a busy machine takes its time to start a program."""
        stage = self._layout.stage
        if self._driver.running and not self._driver.trace.event_count and not stage.plan.cards:
            stage.clear_stage(_("starting …"))

    def _learn(self) -> None:
        """Who has sent to whom since the last look, and what lives in a manager: a burst between
        two frames is seen in none of them, and without it things would stand elsewhere."""
        trace = self._driver.trace
        since, self._linked = self._linked, trace.end
        links = links_of_messages(trace.messages(since, trace.end, FRESH))
        asked: set[int] = set()
        if any(info.kind == ObjectKind.MANAGER for info in trace.objects):
            numbers = (info.object for info in trace.objects)
            asked = {number for number in numbers if len(trace.store.of(number, Kind.CALL))}
        self._layout.stage.learn(links, asked)

    def _grew(self) -> None:
        layout, driver = self._layout, self._driver
        self._learn()
        layout.output.show_identities(driver.who)
        if len(driver.trace.sources) != self._sources:
            self._sources = len(driver.trace.sources)
            layout.program.show_sources(driver.trace.sources)
        if time.monotonic() - self._told > FACTS_S:
            self._told = time.monotonic()
            self.show_facts()

    def _beat(self) -> None:
        driver = self._driver
        self._layout.panels.refresh(driver.who, driver.live and driver.pressed)

    def _show(self, moment: Moment) -> None:
        layout, driver = self._layout, self._driver
        slow = bool(driver.pace) or not driver.live or driver.stepped or driver.paused
        layout.panels.axis.flow(None if slow else moment.t)
        if not layout.card.isVisible():  # nothing looks out from behind what is said instead
            layout.stage.show_moment(
                moment,
                driver.trace.objects,
                detail=Detail.OPERATIONS if slow else Detail.SITUATION,
                flight=self._flight(),
                origin=driver.trace.begin,
                deadlock=self._circle if moment.t >= self._circle_since else None,
            )
        if slow or moment.processes is not self._placed:
            self._placed = moment.processes
            layout.program.show_moment(moment, driver.who, each=slow)
        self._mark_wrong(moment.t)
        who = None
        if moment.caption_actor is not None:
            process = next(
                (
                    a.process
                    for p in moment.processes
                    for a in p.actors
                    if a.actor == moment.caption_actor
                ),
                None,
            )
            who = driver.who.get(process) if process is not None else None
        layout.caption.say(moment.caption, who)
        layout.output.show_time(None if driver.axis.following else moment.t)
        self._show_printed()
        self._show_selected(moment)

    def _flight(self) -> int:
        """How much of the run's time a flight takes: while playing slowly it is little."""
        player = self._layout.panels.player
        if self._driver.axis.following:
            # After the end everything has arrived.
            return FLIGHT_NS if self._driver.running else 1
        if player.manner is Manner.PROPORTION:
            return max(1, round(FLIGHT_NS * player.speed))
        return self._beat_ns()

    def _beat_ns(self) -> int:
        """By beat, the cursor glides from event to event, however far apart they are: a flight
        takes two fifths of the way from the last one to the next."""
        driver, player = self._driver, self._layout.panels.player
        after = player.step_at(driver.axis.cursor, 1)
        before = player.step_at(driver.axis.cursor + 1, -1)
        store = driver.trace.store
        if after is None:
            return 1  # no time is left to arrive in
        if before is None:
            return FLIGHT_NS
        return min(FLIGHT_NS, max(1, (store.time(after) - store.time(before)) * 2 // 5))

    def _show_selected(self, moment: Moment) -> None:
        view = self._layout.selected
        card = next((p for p in moment.processes if p.process == self.selected), None)
        who = self._driver.who.get(card.process) if card is not None else None
        many = len(moment.processes) > MANY
        if card is not None and who is not None and many:
            view.show_process(card, who, moment.t)
        view.setVisible(
            card is not None and who is not None and many and not self._layout.theme.presenting
        )

    def show_circle(self, found: Sequence[Finding]) -> None:
        """Show a deadlock on the stage: only when its finding has been opened."""
        finding = next((f for f in found if f.kind == "deadlock" and f.circle), None)
        circle = None
        if finding is not None:
            waits = tuple((wait.actor, wait.others) for wait in finding.waits)
            circle = Deadlock(finding.circle, waits)
        if circle != self._circle:
            self._circle = circle
            self._circle_since = finding.time if finding is not None else 0
            self.redraw()

    def show_exceptions(self, found: Sequence[Finding]) -> None:
        """Mark the line that the first exception came from."""
        first = next((f for f in found if f.kind in _RAISED and f.locations), None)
        place = first.locations[0] if first is not None else ""
        if first is not None and place != self._wrong and place.rpartition(":")[2].isdecimal():
            self._wrong, self._wrong_since = place, first.time
            self._mark_wrong(self._driver.moment.t)
            self._layout.output.show_error()

    def _mark_wrong(self, t: int) -> None:
        """Before it came nothing is wrong with the line."""
        file, _colon, line = self._wrong.rpartition(":")
        if line:
            self._layout.program.show_wrong(file, int(line) if t >= self._wrong_since else 0)

    # --- words

    def show_facts(self) -> None:
        """The status line."""
        driver, choice = self._driver, self._choice
        trace = driver.trace
        count = len(trace.processes)
        facts = [ngettext("{count} process", "{count} processes", count).format(count=count)]
        # In one: alone, "0 lost" reads as said of the program's messages or updates.
        events = _("{count} events, {lost} lost") if trace.lost else _("{count} events, none lost")
        events = events.format(count=grouped(trace.event_count), lost=grouped(trace.lost))
        facts.append(events)
        if driver.recording is not None:
            facts.append(_("recording {name}").format(name=driver.recording.name))
        elif driver.paused:
            facts.append(_("paused: all processes are held"))
        elif driver.running and driver.pace:
            facts.append(
                _(
                    "slowed: about {seconds:g} s an operation, at random; slowing changes behaviour"
                ).format(seconds=driver.pace)
            )
        elif driver.running and not driver.axis.following:
            facts.append(_("looking back; End goes live"))
        method = next((p.start_method for p in trace.processes if not p.is_main), "")
        machinery = [method or choice.start_method or ""]
        python = trace.head.get("python")
        if isinstance(python, str):
            machinery.append(f"Python {version_of(python) or python}")
        self._layout.status.show_facts(facts if count else [], [m for m in machinery if m])
        state = _("paused") if driver.paused else _("running") if driver.running else ""
        if driver.director is not None and driver.stepped:
            state = driver.director.title
        result, wrong = self._result
        self.show_title(state or result, wrong and not state)

    def show_result(self, word: str, wrong: bool) -> None:
        """What the run on show has come to: a hall that was asked what is printed sees it."""
        self._result = word, wrong
        self.show_facts()

    def _show_printed(self) -> None:
        """A hall has no room for the output: its last lines stand above the stage."""
        if self._layout.theme.presenting:
            self._layout.title.show_printed(self._layout.output.lines.last(PRINTED))

    def show_title(self, state: str, wrong: bool = False) -> None:
        """What stands above the stage while presenting."""
        choice = self._choice
        if choice.lesson is not None and choice.variant is not None:
            self._layout.title.say(choice.lesson.title, choice.variant.name, state, wrong)
        else:
            name = Path(choice.program).name if choice.program is not None else ""
            self._layout.title.say(name, "", state, wrong)

    def show_end(self, ended: Ended) -> None:
        """The run is over; its last moment stays."""
        word = _("ended") if not ended.exit_code else _("exit {code}").format(code=ended.exit_code)
        word = _("stopped") if ended.stopped else word
        self._layout.end.say(
            _("timed out") if ended.timed_out else word, self._layout.top.pace.stepping
        )
        if ended.exit_code:
            self._layout.output.show_error()
