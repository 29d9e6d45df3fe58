"""What follows, in every view, from a choice, from a run's start, its output and its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ipcsim.analysis import Finding
from ipcsim.gui.findings.grade import Grade
from ipcsim.gui.narration import card_texts
from ipcsim.gui.narration.card import CardText
from ipcsim.language import _
from ipcsim.supervisor.messages import Ended, Output

if TYPE_CHECKING:
    from ipcsim.gui.session.conductor import Conductor


class Consequences(QObject):
    """Listens to the conductor's parts."""

    def __init__(self, conductor: Conductor) -> None:
        super().__init__(conductor)
        self._conductor = conductor
        self._wrong = ""
        """What was said to be wrong since the run on show has been started."""
        self._layout, self._choice = conductor.layout_, conductor.choice
        driver, choice, top = conductor.driver, conductor.choice, conductor.layout_.top
        conductor.analyst.found.connect(conductor.desk.show_found)
        conductor.analyst.found.connect(self._found)
        driver.started.connect(self._started)
        driver.output.connect(self._printed)
        driver.ended.connect(self._ended)
        driver.state_changed.connect(self.show_state)
        driver.problem.connect(self._problem)
        conductor.results.many.problem.connect(self._problem)
        choice.changed.connect(self._chosen)
        choice.edited.connect(self._edited)
        choice.given.connect(lambda: top.show_choice(choice))

    def show_state(self) -> None:
        """Buttons and status line as things are."""
        driver = self._conductor.driver
        self._layout.top.show_state(running=driver.running, paused=driver.paused)
        self._layout.output.accept_input(driver.running and self._choice.lesson is None)
        self._conductor.views.show_facts()

    def _chosen(self) -> None:
        self._conductor.views.show_choice()
        self._layout.tally.hide()
        self._conductor.desk.clear()
        self._conductor.driver.forget()
        self._conductor.step.forget()
        self._conductor.exploring.forget()
        self._conductor.replaying.forget()
        self.tell(card_texts.before(self._choice))
        self._conductor.results.show()
        self.show_state()
        self._conductor.chosen.emit()

    def _edited(self) -> None:
        self._conductor.views.show_facts()
        if self._conductor.driver.trace.event_count == 0 and not self._conductor.driver.running:
            self.tell(card_texts.before(self._choice))

    def _started(self) -> None:
        self._conductor.desk.clear()
        self._layout.output.clear()
        self._wrong = ""
        self.tell(None)
        self._conductor.said.emit("", False)

    def _printed(self, outputs: Sequence[Output]) -> None:
        self._conductor.results.take(outputs)
        self._layout.output.add(outputs)

    def _ended(self, ended: Ended) -> None:
        if ended.leftovers:
            left = ", ".join(ended.leftovers[:3])
            self._conductor.said.emit(
                _("Left behind by the program, removed: {what}").format(what=left), False
            )
        trace = self._conductor.driver.trace
        last = self._wrong or self._conductor.results.last_line
        reason = card_texts.never_started(trace, ended, last)
        if reason:
            self._layout.stage.clear_stage()
            # Python itself has run nothing: perhaps another one does.
            python = not trace.processes
            self.tell(card_texts.cannot(self._choice, reason, other_python=python))
        else:
            self._conductor.views.show_end(ended)

    def _found(self, found: list[Finding], final: bool) -> None:
        self._conductor.views.show_exceptions(found)
        ended = self._conductor.driver.last_ended
        if final and ended is not None and self._conductor.driver.recording is None:
            result = self._conductor.results.conclude(ended, found)
            self._conductor.views.show_result(result.word, result.grade == Grade.WRONG)

    def tell(self, text: CardText | None) -> None:
        """Say something where the stage is; None: show the stage."""
        self._layout.card.show_text(text)

    def _problem(self, sentence: str) -> None:
        self._wrong = sentence
        if self._conductor.driver.session is None:
            self.tell(card_texts.cannot(self._choice, sentence))
        self._conductor.said.emit(sentence, True)
