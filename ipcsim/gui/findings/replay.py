"""Replays a finding step by step: by the run's own steps, or by a schedule that is searched for."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from ipcsim.analysis import Finding
from ipcsim.control.schedule import Schedule, ScheduleError, read_schedule
from ipcsim.gui.explore.explorer import TIME_S, begin, end
from ipcsim.gui.findings.key import Key, key_of
from ipcsim.language import _
from ipcsim.run.finding_moments import begin_of
from ipcsim.run.report import FORMAT
from ipcsim.run.report_findings import finding_facts
from ipcsim.run.step_words import short_names, with_short_names
from ipcsim.supervisor import sessions

if TYPE_CHECKING:
    from ipcsim.gui.session.conductor import Conductor

_FOUND = 1
"""The exit code that says that a schedule was found."""


class FindingReplay(QObject):
    """One search at a time, in a process of its own."""

    said = Signal(object, str, bool)
    """Of which finding (:func:`key_of`), a sentence, and whether it is being searched for."""

    def __init__(self, conductor: Conductor) -> None:
        super().__init__(conductor)
        self._conductor = conductor
        self._process: QProcess | None = None
        self._folder: Path | None = None
        self._key: Key | None = None
        self._known: dict[Key, Schedule] = {}
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._tick)

    @property
    def searching(self) -> bool:
        """Whether a schedule is being searched for."""
        return self._process is not None

    def toggle(self, finding: Finding) -> None:
        """Replay a finding; or give its search up."""
        if self._key == key_of(finding):
            self._stop(_("stopped"))
        else:
            self.replay(finding)

    def replay(self, finding: Finding) -> None:
        """Go to just before what a finding tells, everybody waiting."""
        self._stop(_("stopped"))
        conductor = self._conductor
        stepping, session = conductor.step.stepping, conductor.driver.session
        trace = conductor.driver.trace
        if conductor.step.active and stepping is not None and session is stepping.seat.session:
            conductor.step.before(begin_of(trace, finding))
            return
        schedule = self._known.get(key_of(finding))
        if schedule is not None:
            self._play(schedule)
        elif conductor.choice.program is None:
            self.said.emit(
                key_of(finding), _("the program isn't here, so it can't be run again"), False
            )
        else:
            self._search(finding)

    def forget(self) -> None:
        """Another program has been chosen, or the window closes."""
        self._stop("")
        self._known.clear()

    def _search(self, finding: Finding) -> None:
        choice, trace = self._conductor.choice, self._conductor.driver.trace
        self._folder = sessions.new_folder("finding")
        report = self._folder / "report.json"
        content = {"format": FORMAT, "version": 1, "findings": [finding_facts(trace, finding)]}
        report.write_text(json.dumps(content), "utf-8")
        lesson = choice.name if choice.lesson is not None else ""
        options = ("--like", f"{report}:1", "--save-schedule", str(self._file))
        self._process = begin(self, choice.spec(), lesson, *options)
        self._process.finished.connect(self._finished)
        self._key, self._began = key_of(finding), time.monotonic()
        self._timer.start()
        self._tick()

    @property
    def _file(self) -> Path:
        assert self._folder is not None
        return self._folder / "found.schedule"

    def _tick(self) -> None:
        text = _("looking for a schedule that shows it … {seconds} s, at most {most} s")
        seconds = round(time.monotonic() - self._began)
        self.said.emit(self._key, text.format(seconds=seconds, most=TIME_S), True)

    def _finished(self, code: int) -> None:
        process, key = self._process, self._key
        assert process is not None
        assert key is not None
        said = process.readAllStandardOutput().data() or process.readAllStandardError().data()
        # A terminal's lines are broken anywhere.
        schedule, sentence = None, " ".join(bytes(said).decode("utf-8", "replace").split())
        if code == _FOUND:
            try:
                schedule = read_schedule(self._file)
            except (ScheduleError, OSError) as error:
                sentence = str(error)
        self._stop("" if schedule is not None else sentence)
        if schedule is not None:
            self._known[key] = schedule
            self._play(schedule)

    def _play(self, schedule: Schedule) -> None:
        conductor = self._conductor
        conductor.choice.give(schedule.parameters, schedule.start_method)
        conductor.step_along(schedule.choices(), moment=schedule.moment)
        names = short_names({turn.choice.actor for turn in schedule.turns})
        what = with_short_names(schedule.sentence, names)
        conductor.say(_("Next comes what shows it: {what}").format(what=what))

    def _stop(self, sentence: str) -> None:
        process, self._process = self._process, None
        key, self._key = self._key, None
        self._timer.stop()
        if process is not None:
            process.finished.disconnect()
            end(process)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        if key is not None:
            self.said.emit(key, sentence, False)
