"""The red loop of a deadlock leads through everybody that is part of it."""

from __future__ import annotations

from dataclasses import replace

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage import Deadlock, StageView
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.composing.compose import compose
from ipcsim.gui.stage.composing.deadlocks import Arm, draw_lines, draw_rings, find_arms
from ipcsim.gui.stage.composing.routes import Port, routes
from ipcsim.gui.stage.composing.tubes import compose_pipe
from ipcsim.gui.stage.motion.whereabouts import whereabouts
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import GateAt, TubeAt
from tests.gui.stage.scenes import Made
from tests.gui.stage.scenes.builder import NOW, S, Stage


def arms(view: StageView, made: Made, deadlock: Deadlock) -> tuple[Arm, ...]:
    """What leads from whom to whom."""
    view.show_moment(made.moment, made.objects, deadlock=deadlock)
    scene = view.scene_shown
    return find_arms(scene, whereabouts(scene))


def both_send(s: Stage) -> tuple[int, int]:
    """Main and a worker stand in send; the pipe's ends."""
    s.main("link.send(…)", waits_for=0)
    link = s.object(K.PIPE_END, "link", peer=1)
    far = s.object(K.PIPE_END, "far", peer=0)
    s.process("worker-1", "far.send(…)", State.WAITING, waits_for=far)
    return link, far


def test_both_ends_of_a_pipe_are_in_it(view: StageView) -> None:
    s = Stage()
    link, far = both_send(s)
    s.tubes[link] = TubeAt(link, 1, None, (), putters=(0,), source=0, target=1)
    s.tubes[far] = TubeAt(far, 1, None, (), putters=(1,), source=1, target=0)
    main, worker = arms(view, s.done(), Deadlock(((0, link), (1, far))))
    assert [other.badge for other in main.others] == [worker.badge]
    assert [other.badge for other in worker.others] == [main.badge]
    assert main.badge.x < main.seat.rect.x < worker.badge.x  # type: ignore[union-attr]


def test_who_joins_and_whom_it_joins(view: StageView) -> None:
    s = Stage()
    s.main(joins=1)
    results = s.object(K.QUEUE, "results")
    s.process("worker-1", "results.join_thread()", State.ENDING, waits_for=results)
    s.tubes[results] = TubeAt(results, 2, None, ())
    main, worker = arms(view, s.done(), Deadlock(((0, -1), (1, results))))
    assert main.seat is None
    assert [other.badge for other in main.others] == [worker.badge]
    assert [other.badge for other in worker.others] == [main.badge]


def test_several_may_wait_for_the_same_one(view: StageView) -> None:
    s = Stage()
    s.main("start.wait()", waits_for=1)
    tasks, start = s.object(K.QUEUE, "tasks"), s.object(K.BARRIER, "start")
    for n in (1, 2):
        s.process(f"worker-{n}", "tasks.get()", State.WAITING, waits_for=tasks)
    s.tubes[tasks] = TubeAt(tasks, 0, None, (), getters=(1, 2))
    s.gates[start] = GateAt(start, 3, ((0, NOW - S, 1),))
    waits = ((0, (1, 2)), (1, (0,)), (2, (0,)))
    main, one, two = arms(view, s.done(), Deadlock(((0, start), (1, tasks), (2, tasks)), waits))
    assert [other.badge for other in main.others] == [one.badge, two.badge]
    assert [other.badge for other in one.others] == [main.badge]
    assert [other.badge for other in two.others] == [main.badge]


def test_of_many_who_are_alike_the_loop_follows_one(view: StageView) -> None:
    s = Stage()
    s.main("start.wait()", waits_for=1)
    tasks, start = s.object(K.QUEUE, "tasks"), s.object(K.BARRIER, "start")
    workers = tuple(
        s.process(f"worker-{n}", "tasks.get()", State.WAITING, waits_for=tasks) for n in range(1, 5)
    )
    s.tubes[tasks] = TubeAt(tasks, 0, None, (), getters=workers)
    s.gates[start] = GateAt(start, 5, ((0, NOW - S, 1),))
    members = ((0, start), *((worker, tasks) for worker in workers))
    waits = ((0, workers), *((worker, (0,)) for worker in workers))
    main, *others = arms(view, s.done(), Deadlock(members, waits))
    followed = [arm for arm in others if arm.others]
    assert len(others) == 4, "all are marked"
    assert len(followed) == 1
    assert [other.badge for other in main.others] == [followed[0].badge]


def test_both_who_send_into_a_pipe_have_an_end_of_their_own(view: StageView) -> None:
    s = Stage()
    link, far = both_send(s)
    s.tubes[link] = TubeAt(link, 1, None, (), putters=(0,), source=0)
    s.tubes[far] = TubeAt(far, 1, None, (), putters=(1,), source=1)
    # Both on one side of it.
    view.positions = {"p:MainProcess": (0.1, 0.2), "p:worker-1": (0.15, 0.8)}
    main, worker = arms(view, s.done(), Deadlock(((0, link), (1, far))))
    assert abs(main.badge.x - worker.badge.x) > 50


def test_who_is_about_to_send_is_not_stuck_and_stands_at_its_own_end(view: StageView) -> None:
    s = Stage()
    s.main("link.recv()", State.RUNNING)
    link = s.object(K.PIPE_END, "link", peer=1)
    far = s.object(K.PIPE_END, "far", peer=0)
    s.process("worker-1", "far.send(…)", State.READY, waits_for=far)
    s.tubes[link] = TubeAt(link, 0, None, ())
    s.tubes[far] = TubeAt(far, 0, None, (), putters=(1,))
    made = s.done()
    view.positions = {"p:MainProcess": (0.9, 0.2), "p:worker-1": (0.1, 0.8)}
    view.show_moment(made.moment, made.objects)
    scene = view.scene_shown
    spot = whereabouts(scene).spots[1]
    assert spot.x < scene.plan.nodes[link].rect.centre.x
    (pipe,) = [item for item in compose_pipe(scene, scene.things[link]) if item.things]
    assert pipe.args[0].foot == ""
    assert all(lane.share == 0 for lane in pipe.args[0].lanes)


def test_badges_and_words_stand_before_the_lines(view: StageView) -> None:
    s = Stage()
    link, far = both_send(s)
    s.tubes[link] = TubeAt(link, 1, None, (), putters=(0,), source=0, target=1)
    s.tubes[far] = TubeAt(far, 1, None, (), putters=(1,), source=1, target=0)
    arms(view, s.done(), Deadlock(((0, link), (1, far))))
    frame = compose(view.scene_shown)
    assert draw_lines in [item.draw for item in frame.below]
    assert [item.draw for item in frame.loop] == [draw_rings]


STAGE = Rect(0, 0, 800, 300)


def test_a_line_goes_round_what_is_in_its_way() -> None:
    one, between, two = (Rect(x, 140, 30, 30) for x in (100, 385, 600))
    (line,) = routes(((Port(one), Port(two)),), (one, between, two), STAGE, 4)
    assert not any(between.contains(*point) for point in line)
    assert all(STAGE.contains(*point) for point in line)


def test_a_line_goes_from_edge_to_edge() -> None:
    one, two = Rect(100, 140, 30, 30), Rect(600, 140, 30, 30)
    (line,) = routes(((Port(one), Port(two, round=True)),), (), STAGE, 4)
    assert 100 < line[0].x < 150
    assert 580 < line[-1].x < 630
    assert not one.contains(*line[1])
    assert not two.contains(*line[-2])


def test_there_and_back_are_two_lines() -> None:
    one, two = Rect(100, 140, 30, 30), Rect(600, 140, 30, 30)
    there, back = routes(((Port(one), Port(two)), (Port(two), Port(one))), (one, two), STAGE, 4)
    assert there[len(there) // 2].y < 150 < back[len(back) // 2].y


def test_who_stands_at_a_card_needs_no_line_to_it() -> None:
    card, badge = Rect(100, 100, 150, 60), Rect(240, 150, 20, 20)
    assert routes(((Port(badge, round=True), Port(card)),), (card,), STAGE, 4) == ((),)


def test_a_circle_whose_members_have_ended_is_none_any_more(view: StageView) -> None:
    s = Stage()
    link, far = both_send(s)
    s.tubes[link] = TubeAt(link, 1, None, (), putters=(0,), source=0, target=1)
    s.tubes[far] = TubeAt(far, 1, None, (), putters=(1,), source=1, target=0)
    made = s.done()
    circle = Deadlock(((0, link), (1, far)))
    view.show_moment(made.moment, made.objects, deadlock=circle)
    assert view.scene_shown.deadlock is circle
    one, two = made.moment.processes
    after = replace(made.moment, processes=(one, replace(two, state=State.TERMINATED)))
    view.show_moment(after, made.objects, deadlock=circle)
    assert view.scene_shown.deadlock is None
