"""What the stage says of the thing under the mouse: what had to be shortened is whole here."""

from __future__ import annotations

from html import escape

from ipcsim.gui.look.words import rich
from ipcsim.gui.narration.states import state_word
from ipcsim.gui.stage.composing.opened import can_open
from ipcsim.gui.stage.scene import Scene
from ipcsim.language import _, grouped


def hint(scene: Scene, x: float, y: float) -> str:
    """Rich text for a place on the stage, in pixels; empty where nothing is."""
    process = scene.plan.process_at(x, y)
    if process is not None and process in scene.processes:
        return _of_process(scene, process)
    number = scene.plan.object_at(x, y)
    if number is not None:
        return _of_object(scene, number)
    return ""


def _of_process(scene: Scene, number: int) -> str:
    at = scene.processes[number]
    lines = [f"<b>{escape(at.name)}</b> · {state_word(at.state.told(at.exit_code))}"]
    lines.append(_("process {pid}, {role}").format(pid=at.pid, role=escape(at.role)))
    for actor in at.actors:
        line = _("line {n}").format(n=actor.place.line) if actor.place else ""
        place = f" ({line})" if line else ""
        name = f"{escape(actor.name)}: " if actor.thread else ""
        if actor.operation:
            lines.append(f"{name}<code>{escape(actor.operation)}</code>{place}")
        if actor.sentence:
            lines.append(rich(actor.sentence))
    for actor in at.gone:
        how = rich(actor.sentence) or state_word(actor.state)
        lines.append(f"{escape(actor.name)}: {how}")
    if at.detail:
        lines.append(rich(at.detail))
    return "<br>".join(lines)


def _of_object(scene: Scene, number: int) -> str:
    thing = scene.things[number]
    info = scene.infos.get(number)
    lines = [f"<b>{escape(thing.name)}</b> · {escape(thing.kind)}"]
    if info and info.created_at:
        file = info.created_at.file.replace("\\", "/").rsplit("/", 1)[-1]
        lines.append(
            _("created in {file}, line {n}").format(file=escape(file), n=info.created_at.line)
        )
    tube = scene.moment.tubes.get(number)
    if tube is not None:
        lines.append(_("{n} messages in it").format(n=grouped(tube.depth)))
        lines += [escape(t.label) for t in tube.tokens[:12]]
    cells = scene.moment.cells.get(number, ())
    lines += [escape(c.label) for c in cells[:12]]
    if can_open(thing):
        lines.append(_("click: what is inside"))
    return "<br>".join(lines)
