"""The words of the card on the stage, by what has happened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.narration.card import CardText, first_lines
from ipcsim.language import _
from ipcsim.run.lesson import Lesson, losing_of
from ipcsim.supervisor.messages import Ended

if TYPE_CHECKING:
    from ipcsim.trace.trace import Trace

RUN = "run"
MISSING = "No module named"
NOT_STARTED = ("ModuleNotFoundError", "ImportError", "SyntaxError", "IndentationError", "TabError")
"""A program that ends with one of these before it has done anything has never begun."""
_MOST_SAID = 200
"""Characters of an error."""


def before(choice: Choice) -> CardText:
    """Before the first run: what it is about, what will happen, and the big button."""
    lesson = choice.lesson
    run = (RUN, _("Run (Space)"), "big")
    if choice.problem:
        return cannot(choice, choice.problem)
    if lesson is None:
        if choice.program is None:
            return nothing()
        return CardText(
            choice.program.name,
            _("Your own program, run as it is: every process, queue and lock of it is shown."),
            buttons=(run,),
            lines=first_lines(),
        )
    buttons = [run, ("step", _("Step it (S)"), "link")]
    if losing_of(lesson) is not None:
        buttons.append(("losing", _("Play the losing schedule (Shift S)"), "link"))
    asked = question(lesson, choice)
    return CardText(lesson.title, lesson.sentence, asked, tuple(buttons), first_lines())


def question(lesson: Lesson, choice: Choice) -> str:
    """The lesson's question; left out once other values are chosen than those it speaks of."""
    return "" if choice.changed_values else lesson.question


def nothing() -> CardText:
    """Nothing is chosen."""
    return CardText(
        _("Nothing chosen yet"),
        _("Choose a mechanism in the gallery, or drop a Python program on this window."),
        buttons=(("gallery", _("Gallery (G)"), "big"), ("open", _("Open your own …"), "link")),
        lines=first_lines(),
    )


def cannot(choice: Choice, sentence: str, other_python: bool = False) -> CardText:
    """The program can't start: the sentence, and the button that helps."""
    name = choice.program.name if choice.program is not None else ""
    buttons: tuple[tuple[str, str, str], ...] = ((RUN, _("Try again (Space)"), "big"),)
    if other_python or MISSING in sentence:
        buttons = (*buttons, ("python", _("Choose another Python …"), "link"))
    buttons = (*buttons, ("open", _("Open another …"), "link"))
    return CardText(
        _("{name} can't start").format(name=name), sentence, buttons=buttons, wrong=True
    )


def unreadable(name: str, sentence: str) -> CardText:
    """A file that was to be shown is none that can be."""
    return replace(nothing(), title=name, sentence=sentence, wrong=True)


def never_started(trace: Trace, ended: Ended, last_line: str) -> str:
    """Why a program never began: the last line of its traceback; empty if it did begin."""
    if not ended.exit_code or ended.stopped or len(trace.processes) > 1:
        return ""
    if not trace.processes:
        return last_line or _("it ended at once, with exit code {code}").format(
            code=ended.exit_code
        )
    detail = trace.processes[0].detail or last_line
    if not detail.startswith(NOT_STARTED):
        return ""
    # The output has it whole.
    return detail if len(detail) <= _MOST_SAID else detail[: _MOST_SAID - 1] + "…"
