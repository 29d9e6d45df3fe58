"""Blocked is a sentence: why a thread waits, in words.

The same words serve the stage, the findings and the command line.
"""

from __future__ import annotations

import numpy as np

from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.channels import channel
from ipcsim.trace.gates import holders_of
from ipcsim.trace.moment import Place
from ipcsim.trace.objects import QUEUES, SEMAPHORES
from ipcsim.trace.operations import operations
from ipcsim.trace.own_threads import kept_alive_by
from ipcsim.trace.standing import Standing
from ipcsim.trace.tubes import ends_open

_MOST_NAMES = 3


def why(now: Standing, actor: int) -> str:
    """The whole sentence of a thread that waits: who, in what, where, and why."""
    operation = operation_of(now, actor) if now.last[actor] >= 0 else ""
    place = now.place(actor)
    reason = reason_of(now, actor)
    who = name_of(now, actor)
    if now.kinds[actor] in (Kind.FEEDER_WAIT, Kind.RETURNED, Kind.ENDING):
        return _("{who} can't end: {reason}.").format(who=who, reason=reason)
    where = _(" (line {line})").format(line=now.trace.at_line(place)) if place is not None else ""
    if not operation:
        return _("{who} waits{where}: {reason}.").format(who=who, where=where, reason=reason)
    return _("{who} waits in `{operation}`{where}: {reason}.").format(
        who=who, operation=operation, where=where, reason=reason
    )


def operation_of(now: Standing, actor: int) -> str:
    """What a thread is in, or has last done, as the program writes it."""
    row = int(now.rows[actor])
    if len(now.waits_on(actor)) > 1:
        return operations(now.trace).source(row) or "wait(…)"
    return operations(now.trace).text(row, now.objects[actor])


def name_of(now: Standing, actor: int) -> str:
    """Name of a thread: its process's, and its own unless it is the main thread."""
    info = now.trace.actors[actor]
    process = now.trace.processes[info.process].name
    return process if not info.thread else f"{process}/{info.name}"


def names(words: list[str]) -> str:
    """Some names in a sentence; the first few, if there are many."""
    if len(words) == 1:
        return words[0]
    if len(words) > _MOST_NAMES + 1:
        rest = len(words) - _MOST_NAMES
        return _("{some} and {count} others").format(
            some=", ".join(words[:_MOST_NAMES]), count=rest
        )
    return _("{some} and {last}").format(some=", ".join(words[:-1]), last=words[-1])


def reason_of(now: Standing, actor: int) -> str:
    """Why a thread can't go on, without its name and a full stop."""
    kind, obj = now.kinds[actor], now.objects[actor]
    if kind in (Kind.JOIN_WAIT, Kind.THREAD_JOIN_WAIT):
        return _joins(now, actor, kind)
    if kind == Kind.ACQUIRE_WAIT:
        return held_by(now, obj, actor)
    if kind == Kind.PUT_WAIT:
        return _full(now, obj)
    if kind == Kind.GET_WAIT:
        return _empty(now, obj)
    several = now.waits_on(actor)
    if len(several) > 1:
        ends = names([now.trace.objects[end].name for end in several if end >= 0])
        return _("nothing has come on {names}").format(names=ends)
    if kind in (Kind.RECV_WAIT, Kind.POLL_WAIT):
        return _nothing_to_receive(now, obj)
    if kind in (Kind.SEND_WAIT, Kind.SEND):
        if obj >= 0 and now.trace.registry.all[obj].kind in QUEUES:
            return _("the queue's pipe is full until somebody takes from it")
        return _("the pipe is full until the other end receives")
    if kind == Kind.FEEDER_WAIT:
        return _feeding(now, actor, obj)
    if kind in (Kind.RETURNED, Kind.ENDING):
        left = [now.trace.actors[other].name for other in kept_alive_by(now, now.process(actor))]
        return _("waits for {threads}").format(threads=names(left))
    if kind == Kind.CALL:
        return _("the manager's answer has not come")
    simple = {
        Kind.ALL_DONE_WAIT: _unfinished,
        Kind.WAIT: _in_room,
        Kind.EVENT_WAIT: _flag_down,
        Kind.BARRIER_WAIT: _at_barrier,
        Kind.RESULT_WAIT: _no_result,
    }.get(Kind(kind))
    return simple(now, obj, actor) if simple is not None else _("it waits")


def held_by(now: Standing, obj: int, actor: int | None = None) -> str:
    """Who holds a lock, and since which line."""
    holders = holders_of(now, obj)
    if now.trace.registry.all[obj].kind in SEMAPHORES:
        if not holders:
            return _("no permit is free")
        who = names([name_of(now, holder) for holder, _since, _depth in holders])
        return ngettext(
            "its only permit is held by {who}", "all permits are taken, by {who}", len(holders)
        ).format(who=who)
    if not holders:
        facts, taken = now.trace.registry.all[obj], now.store.of(obj, Kind.ACQUIRED)
        if facts.copy_of is not None and not now.until(taken):
            return _("this copy was locked at the fork, by a thread that does not exist here")
        return _("it is free again, and the thread is about to take it")
    holder, since, _depth = holders[0]
    if holder == actor:
        return _("held by this very thread{since}").format(since=_since(now, holder, since))
    who = name_of(now, holder)
    if now.over[now.process(holder)]:
        return _("still held by {who}, which has ended").format(who=who)
    return _("held by {who}{since}").format(who=who, since=_since(now, holder, since))


def _since(now: Standing, actor: int, time: int) -> str:
    place = place_at(now, actor, time)
    return "" if place is None else _(" since line {line}").format(line=now.trace.at_line(place))


def place_at(now: Standing, actor: int, time: int) -> Place | None:
    """Where a thread was at its last event until ``time``, ns."""
    mine = now.store.of_actor(actor)
    low, high = 0, len(mine)
    while low < high:
        middle = (low + high) // 2
        if now.store.time(int(mine[middle])) <= time:
            low = middle + 1
        else:
            high = middle
    return now.trace.place(int(now.store.where.view[int(mine[low - 1])])) if low else None


def joins_of(now: Standing, actor: int) -> int | None:
    """The process whose end a thread waits for in join()."""
    return now.trace.process_of_pid(now.args[actor], now.t)


def _joins(now: Standing, actor: int, kind: int) -> str:
    arg = now.args[actor]
    if kind == Kind.THREAD_JOIN_WAIT:
        mine = now.process(actor)
        thread = next(
            (now.trace.actors[a] for a in now.trace.processes[mine].actors
             if now.trace.actors[a].thread == arg),
            None,
        )  # fmt: skip
        name = thread.name if thread is not None else _("the thread")
        return _("{name} has not ended").format(name=name)
    process = joins_of(now, actor)
    if process is None:
        return _("the process has not ended")
    name = now.trace.processes[process].name
    if now.over[process]:
        return _("{name} has ended, and join() is about to return").format(name=name)
    main = now.trace.processes[process].actors[0]
    if now.kinds[main] == Kind.FEEDER_WAIT:
        return _("{name} can't end: {reason}").format(name=name, reason=reason_of(now, main))
    return _("{name} has not ended").format(name=name)


def _full(now: Standing, obj: int) -> str:
    getters = _users(now, obj, Kind.GET)
    if getters and all(now.over[process] for process in getters):
        return _("the queue is full, and nobody who takes from it is alive")
    return _("the queue is full")


def dead_readers(now: Standing, obj: int) -> list[int]:
    """Threads that died inside get() of a queue that has items in its pipe: its read lock is gone.

    Empty if there is nothing in the pipe: then those who wait just wait for an item.
    """
    found = channel(now.trace, obj)
    if now.until(found.feeds) <= now.until(found.gets):
        return []
    return [
        actor
        for actor, kind in enumerate(now.kinds)
        if kind == Kind.GET_WAIT and now.objects[actor] == obj and now.over[now.process(actor)]
    ]


def _empty(now: Standing, obj: int) -> str:
    readers = dead_readers(now, obj)
    if readers:
        who = name_of(now, readers[0])
        return _("{who} ended inside get() and has taken the queue's read lock with it").format(
            who=who
        )
    found = channel(now.trace, obj)
    if now.until(found.gets) < now.until(found.puts) - now.until(found.failed):
        return _("what was put has not come through the queue's pipe yet")
    producers = channel(now.trace, obj).senders() or _users(now, obj, Kind.PUT)
    ended = [p for p in producers if now.over[p]]
    if producers and len(ended) == len(producers):
        return ngettext(
            "the queue is empty, and its only producer has exited",
            "the queue is empty, and all its {count} producers have exited",
            len(ended),
        ).format(count=len(ended))
    return _("the queue is empty")


def _users(now: Standing, obj: int, kind: int) -> set[int]:
    done = now.store.of(obj, kind)
    actors = now.store.actor.view[done[: now.until(done)][-4096:]]
    return set(now.trace.process_of_actors(actors).tolist())


def _nothing_to_receive(now: Standing, obj: int) -> str:
    if obj < 0:
        return _("nothing it watches is ready")
    peer = now.trace.registry.peer(obj)
    if peer is not None and now.store.of(peer, Kind.SEND).size and not ends_open(now, peer):
        return _("nothing has come, and nobody who could send is alive")
    return _("nothing has come")


def _feeding(now: Standing, actor: int, obj: int) -> str:
    name = now.trace.objects[obj].name if obj >= 0 else _("a queue")
    if obj >= 0:
        found = channel(now.trace, obj)
        puts, feeds = now.until(found.puts), now.until(found.feeds)
        left = found.unfed_of(now.process(actor), puts, feeds)
        if left > 0:
            return ngettext(
                "its feeder thread still has {count} item for {name}, and the pipe is full",
                "its feeder thread still has {count} items for {name}, and the pipe is full",
                left,
            ).format(count=grouped(left), name=name)
    return _("its feeder thread is still writing to {name}, whose pipe is full").format(name=name)


def _unfinished(now: Standing, obj: int, actor: int) -> str:
    puts = now.until(now.store.of(obj, Kind.PUT))
    left = puts - now.until(now.store.of(obj, Kind.TASK_DONE))
    return ngettext(
        "{count} item has no task_done() yet", "{count} items have no task_done() yet", left
    ).format(count=grouped(left))


def _in_room(now: Standing, obj: int, actor: int) -> str:
    calls = now.store.of(obj, Kind.NOTIFY)
    calls = calls[: now.until(calls)]
    if not len(calls):
        return _("nobody has called notify()")
    if int(calls[-1]) < now.last[actor]:
        return _("notify() was last called before it waited, so it missed it")
    return _("nobody has called notify() for it since")


def _flag_down(now: Standing, obj: int, actor: int) -> str:
    sets = now.store.of(obj, Kind.EVENT_SET)
    sets = sets[: now.until(sets)]
    if len(sets) and int(sets[-1]) > now.last[actor]:
        cleared = now.store.of(obj, Kind.EVENT_CLEAR)
        if int(np.count_nonzero(cleared[: now.until(cleared)] > sets[-1])):
            return _("the event was set and cleared again before it could pass")
    return _("the event is not set")


def _at_barrier(now: Standing, obj: int, actor: int) -> str:
    parties = now.trace.registry.all[obj].number("parties") or 0
    there = len(now.waiters(obj, Kind.BARRIER_WAIT))
    return _("{there} of {parties} have arrived").format(there=there, parties=parties)


def _no_result(now: Standing, obj: int, actor: int) -> str:
    return _("the result isn't there yet")
