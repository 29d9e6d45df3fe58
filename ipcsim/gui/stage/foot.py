"""The line at the stage's foot, and what is said while there is nothing to show."""

from __future__ import annotations

from collections import Counter

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.drawing.pen import CENTRE, RIGHT, Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.scene import Detail, Scene
from ipcsim.language import _, grouped, ngettext

_WIDE = 0x2E80
"""Signs from here on are as wide as high."""


def compose_foot(scene: Scene) -> list[Op]:
    """Time, what was left out, what was lost; or the empty stage's sentence."""
    s, plan = scene.sizes, scene.plan
    if not plan.cards and not plan.groups:
        if not scene.empty:
            return []
        return [op(sentence, Rect(0, 0, plan.width, plan.height), scene.empty, bleed=0)]
    rect = Rect(s.margin, plan.height - s.foot, plan.width - 2 * s.margin, s.foot)
    seconds = max(scene.moment.t - scene.origin, 0) / 1e9
    time = f"t = {seconds:.1f} s"
    if scene.detail is Detail.OPERATIONS:
        time = f"t = {seconds:.3f} s"
    lost = sum(c.lost for cells in scene.moment.cells.values() for c in cells)
    right = ""
    if lost:
        right = ngettext("{n} update lost so far", "{n} updates lost so far", lost).format(
            n=grouped(lost)
        )
    link = _link(scene)
    middle = link or (_crowd(scene) if plan.groups else "")
    if plan.crowded_out and not middle:
        middle = ngettext(
            "no room for {n} more object", "no room for {n} more objects", plan.crowded_out
        ).format(n=plan.crowded_out)
    time, middle, right = _beside(scene, rect, time, middle, right)
    return [op(foot, rect, time, middle, right, bool(link))] if time or middle or right else []


def _beside(scene: Scene, rect: Rect, *texts: str) -> list[str]:
    """What is written left, in the middle and right, where nothing stands: on a stage too low for
    all, as at 250 %, cards and objects matter more, and the caption says it, too."""
    plan = scene.plan
    taken = [slot.rect for slot in plan.cards.values()]
    taken += [node.rect for node in plan.nodes.values()]
    taken += [box for group in plan.groups for box in (group.box, group.heading)]
    taken = [box for box in taken if box.touches(rect)]
    kept = []
    for share, text in zip((0.0, 0.5, 1.0), texts, strict=True):
        wide = scene.sizes.small * sum(1.0 if ord(sign) > _WIDE else 0.62 for sign in text)
        place = Rect(rect.x + (rect.w - wide) * share, rect.y, wide, rect.h)
        kept.append("" if any(box.touches(place) for box in taken) else text)
    return kept


def link_at(scene: Scene, x: float, y: float) -> bool:
    """Whether what opens the hidden objects, or hides them again, is at a place of the stage."""
    if not _link(scene):
        return False
    s, plan = scene.sizes, scene.plan
    return Rect(plan.width / 3, plan.height - s.foot, plan.width / 3, s.foot).contains(x, y)


def _link(scene: Scene) -> str:
    idle = scene.plan.idle
    if not idle:
        return ""
    if scene.structure.opened:
        return ngettext(
            "hide {n} object without traffic", "hide {n} objects without traffic", idle
        ).format(n=idle)
    hidden = ngettext(
        "{n} object without traffic hidden", "{n} objects without traffic hidden", idle
    ).format(n=idle)
    return f"{hidden} ▸"


def _crowd(scene: Scene) -> str:
    """``waiting: 14 in put · 4 in get``."""
    calls: Counter[str] = Counter()
    for tube in scene.moment.tubes.values():
        calls["put"] += len(tube.putters)
        calls["get"] += len(tube.getters)
    for gate in scene.moment.gates.values():
        thing = scene.things.get(gate.object)
        if thing is not None:
            calls[thing.name] += len(gate.line) + len(gate.room)
    found = [(call, n) for call, n in calls.most_common() if n]
    said = " · ".join(_("{n} in {call}").format(n=n, call=call) for call, n in found[:3])
    said += " · …" if len(found) > 3 else ""
    return _("waiting: {calls}").format(calls=said) if said else ""


def foot(pen: Pen, rect: Rect, time: str, middle: str, right: str, link: bool) -> None:
    """Time left, summary in the middle, losses right.

    Args:
        link: something happens when the middle is clicked.
    """
    c = pen.palette
    pen.text(rect, time, pen.small, c.dim)
    pen.text(rect, middle, pen.small, c.link if link else c.dim, CENTRE)
    pen.text(rect, right, pen.small_bold, c.red, RIGHT)


def sentence(pen: Pen, rect: Rect, text: str) -> None:
    """What is said on an empty stage."""
    line = pen.sizes.label * 1.2
    lines = text.split("\n")
    y = rect.centre.y - line * len(lines) / 2
    for index, words in enumerate(lines):
        font = pen.name if index == 0 and len(lines) > 1 else pen.small
        ink = pen.palette.text if index == 0 and len(lines) > 1 else pen.palette.dim
        pen.text(Rect(rect.x, y, rect.w, line), words, font, ink, CENTRE)
        y += line
