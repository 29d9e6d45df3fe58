"""What the supervisor has to say, in the language of the person: it knows no languages itself."""

from __future__ import annotations

from ipcsim.language import _
from ipcsim.supervisor.messages import Problem


def problem_sentence(problem: Problem) -> str:
    """A problem as a sentence for a person."""
    if problem.kind == "unrecorded":
        text = _("Process {pid} runs unrecorded: no room for its records.")
        return text.format(pid=problem.detail)
    if problem.kind == "full":
        return _("The recording can't grow any more: {reason}.").format(reason=problem.detail)
    return problem.sentence
