"""Who is outside control, in words."""

from __future__ import annotations

from ipcsim.language import _
from ipcsim.run.outsiders import Outsider


def outside_sentence(one: Outsider) -> str:
    """What it does there."""
    if one.waits:
        return _("outside control: waits, unwatched")
    return _("outside control: computes")


def outside_line(one: Outsider) -> str:
    """Where it is, and what stands there."""
    if one.line is None:
        return _("somewhere")
    if one.exact:
        return _("line {line}: {text}").format(line=one.line.number, text=one.line.text)
    return _("since line {line}: {text}").format(line=one.line.number, text=one.line.text)
