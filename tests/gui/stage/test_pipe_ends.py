"""At each plug of a pipe stands the name of the end that is used there."""

from __future__ import annotations

import pytest

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage import StageView
from ipcsim.gui.stage.composing.tubes import compose_pipe
from ipcsim.trace.moment import TubeAt
from tests.gui.stage.scenes.builder import Stage


def ends(view: StageView, s: Stage, link: int) -> tuple[str, str] | None:
    """What a pipe's picture says from left to right."""
    made = s.done()
    view.show_moment(made.moment, made.objects)
    scene = view.scene_shown
    (pipe,) = [item for item in compose_pipe(scene, scene.things[link]) if item.things]
    found: tuple[str, str] | None = pipe.args[0].ends
    return found


@pytest.mark.parametrize("main_is_left", [True, False])
def test_the_name_stands_where_its_process_is(view: StageView, main_is_left: bool) -> None:
    s = Stage()
    s.main()
    link = s.object(K.PIPE_END, "link", peer=1)
    far = s.object(K.PIPE_END, "far", peer=0)
    s.process("worker-1")
    s.tubes[link] = TubeAt(link, 0, None, (), source=0, target=1)
    s.tubes[far] = TubeAt(far, 0, None, (), source=1, target=0)
    left, right = (0.1, 0.2), (0.9, 0.8)
    main, worker = (left, right) if main_is_left else (right, left)
    view.positions = {"p:MainProcess": main, "p:worker-1": worker}
    assert ends(view, s, link) == (("link", "far") if main_is_left else ("far", "link"))


def test_of_a_one_way_pipe_the_sender_tells(view: StageView) -> None:
    s = Stage()
    s.main()
    receiver = s.object(K.PIPE_END, "receiver", peer=1)
    sender = s.object(K.PIPE_END, "sender", peer=0)
    s.process("worker-1")
    view.positions = {"p:MainProcess": (0.9, 0.2), "p:worker-1": (0.1, 0.8)}
    assert ends(view, s, receiver) is None, "nobody has used it yet"
    s.tubes[sender] = TubeAt(sender, 1, None, (), source=1, target=0)
    assert ends(view, s, receiver) == ("sender", "receiver")
