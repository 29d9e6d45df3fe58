"""World.at against a plain fold over the events, for random programs and moments."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import Motion
from ipcsim.trace.recording import RecordingReader, read_recording
from ipcsim.trace.tokens import label_of
from ipcsim.trace.trace import Trace
from ipcsim.trace.world import World
from tests.trace.naive import NaiveWorld
from tests.trace.random_programs import Program, programs, record
from tests.trace.scenes import SCENES


def recorded(name: str, folder: Path) -> Trace:
    path = folder / f"{name}.ipcsim"
    SCENES[name](path)
    trace, reader = read_recording(path)
    assert not reader.damage
    return trace


def object_named(trace: Trace, name: str) -> int:
    return next(info.object for info in trace.objects if info.name == name)


@settings(max_examples=60, deadline=None)
@given(programs, st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_agrees_with_a_fold_over_the_events(program: Program, moments: list[float]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.ipcsim"
        record(program, path)
        trace, _reader = read_recording(path)
        world = World(trace)
        for fraction in moments:
            t = trace.begin + int((trace.end - trace.begin) * fraction)
            moment, truth = world.at(t), NaiveWorld(trace, t)
            for obj, tube in moment.tubes.items():
                assert tube.depth == truth.depth[obj] >= 0
                assert [token.message for token in tube.tokens] == truth.inside[obj]
            for obj, gate in moment.gates.items():
                assert sorted(holder[0] for holder in gate.holders) == sorted(truth.holders[obj])
                assert set(gate.line) == {
                    actor
                    for actor, wait in truth.waiting.items()
                    if wait == (Kind.ACQUIRE_WAIT, obj)
                }
            for obj, cells in moment.cells.items():
                written = truth.value.get((obj, -1))
                if written is not None:
                    assert cells[0].label == label_of(written, lambda _number: "")


@settings(max_examples=25, deadline=None)
@given(programs, st.data())
def test_is_the_same_whatever_the_portions_read(program: Program, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.ipcsim"
        record(program, path)
        whole, _reader = read_recording(path)
        size = path.stat().st_size
        ends = sorted(data.draw(st.lists(st.integers(0, size), max_size=8)))
        reader, trace = RecordingReader(path), Trace()
        for end in ends:
            reader.feed(trace, end)
        reader.feed(trace)
        assert whole.rows_in_time().tolist() == trace.rows_in_time().tolist()
        for fraction in (0.2, 0.5, 0.9, 1.0):
            t = whole.begin + int((whole.end - whole.begin) * fraction)
            assert World(whole).at(t, 10**7) == World(trace).at(t, 10**7)


def test_a_live_picture_is_not_changed_by_what_comes_later(tmp_path: Path) -> None:
    path = tmp_path / "live.ipcsim"
    SCENES["bounded_queue"](path)
    whole, _reader = read_recording(path)
    reader, trace = RecordingReader(path), Trace()
    compared = 0
    for end in range(0, path.stat().st_size, 3000):
        reader.feed(trace, end)
        if trace.cut:
            live = World(trace).at(trace.cut)
            later = World(whole).at(trace.cut)
            assert (live.tubes, live.gates) == (later.tubes, later.gates)
            compared += 1
    assert compared > 5


def test_a_history_in_a_file_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "run.ipcsim"
    SCENES["bounded_queue"](path)
    small, large = Trace(limit=64), Trace()
    for trace in (small, large):
        RecordingReader(path).feed(trace)
    assert small.event_count == large.event_count > 10 * 64
    for n in range(11):
        t = large.begin + (large.end - large.begin) * n // 10
        assert World(small).at(t, 10**8) == World(large).at(t, 10**8)
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.ipcsim"]


def test_deadlock_in_words(tmp_path: Path) -> None:
    trace = recorded("deadlock", tmp_path)
    moment = World(trace).at(trace.begin + (trace.end - trace.begin) // 2)
    main, ann, bob = moment.processes
    assert [p.state for p in moment.processes] == [State.WAITING] * 3
    assert ann.actors[0].sentence == (
        "Ann waits in `knife.acquire()` (line 7): held by Bob since line 5."
    )
    assert bob.actors[0].operation == "fork.acquire()"
    assert main.actors[0].operation == "ann.join()"
    fork = moment.gates[object_named(trace, "fork")]
    assert fork.holders[0][0] == ann.actors[0].actor
    assert fork.line == (bob.actors[0].actor,)


def test_starved_consumers_in_words(tmp_path: Path) -> None:
    from tests.trace.scenes.messages import bounded_queue

    path = tmp_path / "hang.ipcsim"
    bounded_queue(path, producers=1, consumers=1, rounds=3, pills=False)
    trace, _reader = read_recording(path)
    moment = World(trace).at(trace.end - 1_000_000)
    consumer = moment.processes[2].actors[0]
    assert consumer.sentence == (
        "Process-2 waits in `tasks.get()` (line 13): the queue is empty, "
        "and its only producer has exited."
    )


def test_full_queue_is_what_does_not_change(tmp_path: Path) -> None:
    trace = recorded("bounded_queue", tmp_path)
    captions = {
        World(trace).at(trace.begin + (trace.end - trace.begin) * n // 10).caption
        for n in range(3, 8)
    }
    assert captions <= {
        f"tasks is full: {n} of 3 produce processes wait in put()." for n in (1, 2, 3)
    }


def test_moves_tell_what_was_lost(tmp_path: Path) -> None:
    trace = recorded("lost_update", tmp_path)
    moment = World(trace).at(trace.end, trace.end - trace.begin)
    writes = [move for move in moment.moves if move.motion is Motion.WRITE]
    assert any(move.wrong and move.replaced for move in writes)
    cell = moment.cells[object_named(trace, "counter")][0]
    assert cell.expected == 800
    assert int(cell.label) + cell.lost <= 800
    assert cell.lost > 0.9 * (800 - int(cell.label))


def test_messages_keep_their_number_from_put_to_get(tmp_path: Path) -> None:
    trace = recorded("bounded_queue", tmp_path)
    moves = World(trace).at(trace.end, trace.end - trace.begin).moves
    put = {m.message: m.label for m in moves if m.motion is Motion.PUT}
    taken = {m.message: m.label for m in moves if m.motion is Motion.GET}
    shared = put.keys() & taken.keys()
    assert len(shared) > 5
    assert all(put[n] == taken[n] for n in shared)
    # A token keeps its sender's colour on its way to the receiver.
    senders = {m.message: trace.actors[m.actor].process for m in moves if m.motion is Motion.PUT}
    got = {m.message: m.other for m in moves if m.motion is Motion.GET}
    assert all(got[n] == senders[n] for n in shared)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_scene_at_every_moment(name: str, tmp_path: Path) -> None:
    trace = recorded(name, tmp_path)
    world = World(trace)
    for n in range(21):
        t = trace.begin + (trace.end - trace.begin) * n // 20
        moment = world.at(t, 50_000_000)
        assert all(tube.depth >= len(tube.tokens) >= 0 for tube in moment.tubes.values())
        for process in moment.processes:
            for actor in process.actors:
                if actor.sentence:
                    assert actor.state in (State.WAITING, State.ENDING)
                else:
                    assert actor.state is not State.WAITING
    assert all(p.state.over for p in moment.processes)


def test_barrier_event_and_condition(tmp_path: Path) -> None:
    trace = recorded("signals", tmp_path)
    world = World(trace)
    moments = [world.at(trace.begin + (trace.end - trace.begin) * n // 200) for n in range(201)]
    gun, ready, meeting = (object_named(trace, n) for n in ("gun", "ready", "meeting"))
    assert [m.gates[gun].is_set for m in moments if gun in m.gates][-1] is True
    assert max(len(m.gates[gun].line) for m in moments if gun in m.gates) == 4
    assert max(len(m.gates[ready].room) for m in moments if ready in m.gates) >= 3
    assert moments[-1].gates[meeting].phase == 1
    assert max(len(m.gates[meeting].line) for m in moments if meeting in m.gates) <= 4


def test_pool_and_manager(tmp_path: Path) -> None:
    pool = recorded("pool", tmp_path)
    half = World(pool).at(pool.begin + (pool.end - pool.begin) // 2)
    service = next(iter(half.services.values()))
    assert len(service.members) == 4
    assert service.done_count + len(service.busy) + service.waiting_count == 40
    manager = recorded("manager", tmp_path)
    frame = next(iter(World(manager).at(manager.end).services.values()))
    assert [manager.processes[p].name for p in frame.members] == ["SyncManager-1"]
    assert frame.contents[0][0] == "totals"


def test_of_a_fast_run_each_event_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    trace = recorded("lost_update", tmp_path)
    world = World(trace)
    t = int(trace.wrongs(trace.begin, trace.end)["time"][-1])
    assert "so far" in world.at(t).caption
    told = world.at(t, each=True)
    assert "so far" not in told.caption
    assert told.caption_actor is not None
