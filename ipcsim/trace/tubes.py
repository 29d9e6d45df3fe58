"""Queues and pipes at a moment: what is inside, who stands at the ends."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ipcsim.events import Kind, ObjectKind
from ipcsim.trace.channels import Channel, channel
from ipcsim.trace.columns import Array
from ipcsim.trace.moment import Token, TubeAt
from ipcsim.trace.standing import Standing

MOST_TOKENS = 64
_REACH = 2048
"""So many messages back is looked for what has not been reported."""
RATE_NS = 500_000_000
_PUTTING = (Kind.PUT_WAIT,), (Kind.PUT_WAIT, Kind.SEND_WAIT, Kind.SEND)
"""A SimpleQueue has no feeder: who puts writes into the pipe himself."""


def tube_at(now: Standing, obj: int, k_before: int) -> TubeAt:
    """The tube ``obj`` at the moment ``now``.

    Args:
        now: the moment.
        obj: a queue, or the sending end of a pipe's direction.
        k_before: how many events had happened half a second before.
    """
    found = channel(now.trace, obj)
    puts, feeds, gets = (now.until(ends) for ends in (found.puts, found.feeds, found.gets))
    undone = now.until(found.failed)
    depth = max(0, puts - undone - gets)
    buffered = max(0, puts - undone - feeds) if len(found.feeds) else 0
    if buffered and depth:
        gone = _died_in_buffers(now, found, puts, feeds)
        depth, buffered = max(0, depth - gone), buffered - gone
    tokens: tuple[Token, ...] = ()
    if depth:
        inside = found.waiting(puts, feeds, gets, now.k, min(depth, MOST_TOKENS))
        tokens = tuple(map(found.token, inside))
    recent = gets - _until(found.gets, k_before)
    if found.is_pipe:
        return _pipe(now, found, depth, tokens, recent, puts)
    facts = now.trace.registry.all[obj]
    unfinished: int | None = None
    left: tuple[tuple[int, Token], ...] = ()
    if facts.kind in (ObjectKind.JOINABLE_QUEUE, ObjectKind.THREAD_QUEUE):
        done = now.store.of(obj, Kind.TASK_DONE)
        done = done[: now.until(done)]
        joinable = facts.kind == ObjectKind.JOINABLE_QUEUE
        if joinable or _counts_tasks(now, obj):
            unfinished = max(0, puts - len(done))
        if unfinished is not None and unfinished > depth and (len(done) or joinable):
            left = _undone(now, found, gets, done)
    bound = now.trace.objects[obj].bound
    return TubeAt(
        obj,
        depth,
        bound,
        tokens,
        in_feeder=min(buffered, depth),
        unfinished=unfinished,
        bytes=_fed_bytes(now, found, feeds, gets),
        undone=left,
        closed=_closed(now, obj),
        putters=now.waiters(obj, *_PUTTING[facts.kind == ObjectKind.SIMPLE_QUEUE]),
        getters=now.waiters(obj, Kind.GET_WAIT),
        joiners=now.waiters(obj, Kind.ALL_DONE_WAIT),
        rate=recent / (RATE_NS / 1e9),
    )


def _counts_tasks(now: Standing, obj: int) -> bool:
    """Whether the program ever reports a thread queue's tasks or waits for them: else that none is
    reported says nothing."""
    kinds = now.store.kinds_of(obj)
    return Kind.TASK_DONE in kinds or Kind.ALL_DONE_WAIT in kinds


def _until(ordinals: Array, k: int) -> int:
    return int(ordinals.searchsorted(np.uint32(max(k, 0))))


def _undone(now: Standing, found: Channel, gets: int, done: Array) -> tuple[tuple[int, Token], ...]:
    """What processes have taken and not reported, where that is the use that is made of a queue."""
    taken = found.gets[max(0, gets - _REACH) : gets]
    done = done[_until(done, int(taken[0])) :] if len(taken) else done
    actors = now.store.actor.view
    takers = [now.process(actor) for actor in actors[taken].tolist()]
    left = Counter(takers)
    left.subtract(now.process(actor) for actor in actors[done].tolist())
    result: list[tuple[int, Token]] = []
    for back, process in enumerate(reversed(takers), 1):
        # What a process has reported is what it took first.
        if left[process] > 0 and len(result) < MOST_TOKENS:
            left[process] -= 1
            put = int(found.put_of_get(np.array([gets - back]))[0])
            if 0 <= put < len(found.puts):
                result.append((process, found.token(put)))
    return tuple(reversed(result))


def _died_in_buffers(now: Standing, found: Channel, puts: int, feeds: int) -> int:
    """Items that were in the buffers of processes that have ended since: nobody will get them."""
    senders = {
        info.process for info in now.trace.processes if now.over[info.process]
    } & found.senders()
    return sum(found.unfed_of(process, puts, feeds) for process in senders)


def _closed(now: Standing, obj: int) -> bool:
    closes = now.store.of(obj, Kind.CLOSE)
    n = now.until(closes)
    if not n:
        return False
    users = {now.process(actor) for actor in now.store.actor.view[closes[:n]].tolist()}
    last = channel(now.trace, obj).senders()
    return bool(last) and last <= users


def _pipe(
    now: Standing, found: Channel, depth: int, tokens: tuple[Token, ...], recent: int, puts: int
) -> TubeAt:
    trace, store = now.trace, now.store
    end = found.obj
    peer = trace.registry.peer(end)
    other = end if peer is None else peer
    gets = now.until(found.gets)
    source = _last_process(now, found.puts, puts)
    target = _last_process(now, found.gets, gets)
    if target is None:
        waiting = now.waiters(other, Kind.RECV_WAIT, Kind.POLL_WAIT)
        target = now.process(waiting[0]) if waiting else None
    return TubeAt(
        end,
        depth,
        None,
        tokens,
        bytes=_bytes(now, found, gets),
        closed=ends_open(now, end) == 0,
        putters=tuple(
            actor
            for actor in now.waiters(end, Kind.SEND_WAIT, Kind.SEND)
            if store.kind.view[int(now.last[actor])] in (Kind.SEND_WAIT, Kind.SEND)
        ),
        getters=now.waiters(other, Kind.RECV_WAIT, Kind.POLL_WAIT),
        rate=recent / (RATE_NS / 1e9),
        source=source,
        target=target,
    )


def _last_process(now: Standing, ordinals: Array, count: int) -> int | None:
    if not count:
        return None
    return now.process(int(now.store.actor.view[int(ordinals[count - 1])]))


def _bytes(now: Standing, found: Channel, gets: int) -> int:
    """Bytes sent completely and not yet received."""
    sent = now.store.of(found.obj, Kind.SENT)
    n = now.until(sent)
    if n <= gets:
        return 0
    prints = now.trace.raw.args(now.trace.rows(sent[gets:n]))
    return int((prints >> 32).sum())


def _fed_bytes(now: Standing, found: Channel, feeds: int, gets: int) -> int | None:
    """Bytes in a queue's pipe: fed and not taken, as far as that is a few thousand messages."""
    if not len(found.feeds) or not 0 < feeds - gets <= _REACH:
        return None
    prints = now.trace.raw.args(now.trace.rows(found.feeds[gets:feeds]))
    return int((prints >> 32).sum())


def ends_open(now: Standing, end: int) -> int:
    """How many living processes hold a pipe's end, as far as is known."""
    return len(holders_of_end(now, end))


def holders_of_end(now: Standing, end: int) -> set[int]:
    """The living processes that hold a pipe's end, as far as is known."""
    created_by = now.trace.registry.all[end].created_by
    holds = {} if created_by is None else {created_by: True}
    holds |= _held_last(now, end)
    return {process for process, held in holds.items() if held and not now.over[process]}


def closers_of_end(now: Standing, end: int) -> set[int]:
    """The processes that have closed a pipe's end and not got another since."""
    return {process for process, held in _held_last(now, end).items() if not held}


def _held_last(now: Standing, end: int) -> dict[int, bool]:
    """For processes that got or closed a pipe's end: whether they got it last."""
    changes = now.store.of(end, Kind.DUPLICATED, Kind.CLOSE)
    changes = changes[: now.until(changes)]
    kinds, actors = now.store.kind.view[changes], now.store.actor.view[changes]
    return {
        now.process(actor): kind != Kind.CLOSE
        for kind, actor in zip(kinds.tolist(), actors.tolist(), strict=True)
    }
