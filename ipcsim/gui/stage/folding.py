"""A subtree that is folded: its root stands for all, with how many they are."""

from __future__ import annotations

from collections import Counter

from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.drawing.pen import CENTRE, Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.scene import Scene


def compose_folds(scene: Scene) -> list[Op]:
    """``+5`` at the lower edge of every card that stands for others."""
    return [
        op(pill, rect, f"+{count}")._replace(members=(process,))
        for process, (rect, count) in _pills(scene).items()
    ]


def fold_at(scene: Scene, x: float, y: float) -> int | None:
    """The process whose ``+5`` is at a place of the stage."""
    found = (p for p, (rect, _n) in _pills(scene).items() if rect.contains(x, y))
    return next(found, None)


def _pills(scene: Scene) -> dict[int, tuple[Rect, int]]:
    s, result = scene.sizes, {}
    for process, count in Counter(scene.folded.values()).items():
        slot = scene.slot(process)
        if slot is not None:
            wide, tall = s.small * (1.6 + 0.6 * len(str(count))), s.token * 0.9
            rect = slot.rect
            place = Rect(rect.x + s.px(14), rect.bottom - tall * 0.5, wide, tall).rounded()
            result[process] = place, count
    return result


def pill(pen: Pen, rect: Rect, text: str) -> None:
    """How many are folded."""
    c = pen.palette
    pen.box(rect, rect.h / 2, c.raised, c.object, pen.stroke * 0.8)
    pen.text(rect, text, pen.small_bold, c.text, CENTRE)
