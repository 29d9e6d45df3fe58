"""Many processes: the heading of a group, and its histogram when there are too many for tiles."""

from __future__ import annotations

from collections import Counter

from ipcsim.gui.look.theme import mix
from ipcsim.gui.narration.states import state_word
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.arranging.plan import Form, Group
from ipcsim.gui.stage.drawing.pen import DASHED, OBJECT, RIGHT, Pen
from ipcsim.gui.stage.drawing.sprites import Op, op
from ipcsim.gui.stage.scene import Scene
from ipcsim.language import _, ngettext
from ipcsim.supervisor.messages import State

_ORDER = (
    State.RUNNING,
    State.READY,
    State.OUTSIDE,
    State.WAITING,
    State.ASLEEP,
    State.HELD,
    State.STARTING,
    State.ENDING,
    State.ENDED,
    State.TERMINATED,
    State.CRASHED,
    State.KILLED,
)


def compose_groups(scene: Scene) -> list[Op]:
    """Headings of groups, and the boxes of those without tiles."""
    ops = []
    for group in scene.plan.groups:
        states = Counter(
            scene.processes[p].state for p in (group.whole or group.members) if p in scene.processes
        )
        colour = scene.colour(group.members[0]) if group.members else OBJECT
        if group.begins:
            ops.append(_heading(scene, group, states))
        if group.form is Form.BOX:
            counts = tuple((s, states[s]) for s in _ORDER if states[s])
            ops.append(op(histogram, group.box, counts, colour))
    return ops


def _heading(scene: Scene, group: Group, states: Counter[State]) -> Op:
    number = len(group.whole or group.members)
    # What it is going to do is known only when it has begun.
    role = group.role or _("new")
    said = f"{role} × {number}"
    wrong = states[State.CRASHED] + states[State.KILLED]
    # The smaller news are said: few wait, or few run.
    interesting = [
        (s, n) for s, n in states.items() if n and s not in (State.CRASHED, State.KILLED)
    ]
    interesting.sort(key=lambda pair: (pair[0] is State.RUNNING, -pair[1]))
    note = ", ".join(f"{n} {state_word(s)}" for s, n in interesting[:2])
    bad = ngettext("{n} died", "{n} died", wrong).format(n=wrong) if wrong else ""
    first = note.split(",", 1)[0]
    return op(heading, group.heading, said, note, first, bad)


def heading(pen: Pen, rect: Rect, said: str, note: str, short: str, bad: str) -> None:
    """``producer × 20   14 waiting, 6 running``; ``short`` where there is little room."""
    s, c = pen.sizes, pen.palette
    used = pen.text(rect, said, pen.heading, c.text, middle=True)
    x = rect.x + used + s.px(14)
    if pen.width(note, pen.small) > rect.right - x:
        note = short
    used = pen.text(Rect(x, rect.y, rect.right - x, rect.h), note, pen.small, c.text)
    if bad:
        x += used + s.px(10)
        pen.text(Rect(x, rect.y, rect.right - x, rect.h), bad, pen.small_bold, c.red)


def histogram(pen: Pen, rect: Rect, counts: tuple[tuple[State, int], ...], colour: int) -> None:
    """How many are in which state, as bars: filled = running, outlined = waiting."""
    s, c = pen.sizes, pen.palette
    pen.box(rect, s.px(7), c.surface, pen.who(colour), pen.stroke)
    inner = rect.inset(s.px(10), s.px(6))
    row = min(inner.h / max(len(counts), 1), s.label * 1.3)
    top = inner.y + (inner.h - row * len(counts)) / 2
    words = max((pen.width(state_word(k), pen.small) for k, _n in counts), default=0.0)
    figures = max((pen.width(str(n), pen.small_bold) for _k, n in counts), default=0.0)
    room = inner.w - words - figures - s.px(16)
    most = max((n for _k, n in counts), default=1)
    for index, (state, number) in enumerate(counts):
        y = top + index * row
        wrong = state in (State.CRASHED, State.KILLED)
        pen.text(
            Rect(inner.x, y, words, row), state_word(state), pen.small, c.red if wrong else c.dim
        )
        bar = Rect(
            inner.x + words + s.px(8), y + row * 0.2, max(room * number / most, 2), row * 0.6
        )
        ink = c.red if wrong else pen.who(colour)
        if state is State.RUNNING or wrong:
            pen.box(bar, s.px(2), ink)
        elif state in (State.ENDED, State.TERMINATED):
            pen.box(bar, s.px(2), mix(c.surface, c.faint, 0.5))
        else:
            pen.box(bar, s.px(2), None, ink, pen.stroke * 0.7, DASHED)
        pen.text(
            Rect(inner.right - figures, y, figures, row), str(number), pen.small_bold, c.text, RIGHT
        )
