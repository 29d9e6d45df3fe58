"""The red loop of a deadlock leads through everybody that is part of it."""

from __future__ import annotations

from ipcsim.events import ObjectKind as K
from ipcsim.gui.stage import Deadlock, StageView
from ipcsim.gui.stage.composing.deadlocks import Arm, compose_deadlock
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
    loops = compose_deadlock(scene, whereabouts(scene))
    return loops[0].args[0] if loops else ()


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
    assert main.others == (worker.badge,)
    assert worker.others == (main.badge,)
    assert main.badge.x < main.seat.x < worker.badge.x  # type: ignore[union-attr]


def test_who_joins_and_whom_it_joins(view: StageView) -> None:
    s = Stage()
    s.main(joins=1)
    results = s.object(K.QUEUE, "results")
    s.process("worker-1", "results.join_thread()", State.ENDING, waits_for=results)
    s.tubes[results] = TubeAt(results, 2, None, ())
    main, worker = arms(view, s.done(), Deadlock(((0, -1), (1, results))))
    assert main.seat is None
    assert main.others == (worker.badge,)
    assert worker.others == (main.badge,)


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
    assert main.others == (one.badge, two.badge)
    assert one.others == (main.badge,)
    assert two.others == (main.badge,)


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
    assert main.others == (followed[0].badge,)


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
