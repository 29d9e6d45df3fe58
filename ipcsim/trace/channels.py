"""Which message is which: the n-th taken is the n-th that went in, and who put it there.

No byte of a message is changed, so a message is known by its position. In a queue of processes the
n-th FEED of a process carries its n-th PUT, and over all processes the n-th GET takes the n-th
FEED; in a pipe the n-th RECV takes the n-th SEND; in a queue of threads GET names its PUT.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ipcsim.events import Kind, ObjectKind
from ipcsim.trace.columns import Array, Column
from ipcsim.trace.history import History
from ipcsim.trace.moment import Token
from ipcsim.trace.objects import THREAD_QUEUES
from ipcsim.trace.tokens import label_of

NOBODY = -1
_MOST_TOKENS = 20_000


class Channel:
    """The messages of one queue, or of one direction of a pipe (named by the end that sends)."""

    def __init__(self, trace: History, obj: int) -> None:
        self.trace = trace
        self.obj = obj
        kind = trace.registry.all[obj].kind
        self.is_pipe = kind == ObjectKind.PIPE_END
        self.by_index = kind in THREAD_QUEUES
        """Whether GET names its PUT."""
        self.newest_first = kind == ObjectKind.THREAD_LIFO_QUEUE
        self._tokens: dict[int, Token] = {}
        self._puts_seen = self._fed_seen = self._gets_seen = 0
        room = trace.store.room
        self._feeds = Column(np.uint32, room)
        self._failed = Column(np.uint32, room)
        self._failed_puts: dict[int, int] = {}
        """PUT (by index) -> ordinal at which it was undone."""
        self._puts_of: dict[int, Column] = defaultdict(lambda: Column(np.int32, room))
        self._feeds_of: dict[int, Column] = defaultdict(lambda: Column(np.int32, room))
        self._failed_of: dict[int, int] = defaultdict(int)
        self._put_of_feed = Column(np.int32, room)
        self._feed_of_put = Column(np.int32, room)
        self._taken_at = Column(np.int64, room)
        """By index: ordinal of the GET of each PUT."""

    # --- the three kinds of events

    @property
    def puts(self) -> Array:
        """Ordinals at which messages were handed over."""
        return self.trace.store.of(self.obj, Kind.SEND if self.is_pipe else Kind.PUT)

    @property
    def feeds(self) -> Array:
        """Ordinals at which messages went into a queue's pipe."""
        return self._feeds.view

    @property
    def failed(self) -> Array:
        """Ordinals at which an item turned out not to be picklable: its PUT is undone."""
        return self._failed.view

    @property
    def gets(self) -> Array:
        """Ordinals at which messages were taken."""
        if not self.is_pipe:
            return self.trace.store.of(self.obj, Kind.GET)
        peer = self.trace.registry.peer(self.obj)
        return self.trace.store.of(self.obj if peer is None else peer, Kind.RECV)

    def undone(self, failed: int) -> int | None:
        """Index of the PUT that was undone at an ordinal of ``failed``."""
        return next((put for put, at in self._failed_puts.items() if at == failed), None)

    def advance(self) -> None:
        """Take in what has happened since the last time."""
        if self.is_pipe:
            return
        puts, fed = self.puts, self.trace.store.of(self.obj, Kind.FEED)
        if self.by_index:
            self._take(puts)
            return
        if len(puts) == self._puts_seen and len(fed) == self._fed_seen:
            return
        fresh = puts[self._puts_seen :]
        numbers = np.arange(self._puts_seen, len(puts), dtype=np.int32)
        for process, chosen in self._by_process(fresh):
            self._puts_of[process].extend(numbers[chosen])
        self._feed_of_put.extend(np.full(len(fresh), NOBODY, np.int32))
        self._puts_seen = len(puts)
        self._feed(fed[self._fed_seen :])
        self._fed_seen = len(fed)

    def _feed(self, fresh: Array) -> None:
        """Find out which PUTs new FEEDs belong to."""
        carried = np.full(len(fresh), NOBODY, np.int32)
        good = self.trace.raw.args(self.trace.rows(fresh)) != -1
        place = len(self._feeds) + np.cumsum(good) - 1
        for process, chosen in self._by_process(fresh):
            done = len(self._feeds_of[process]) + self._failed_of[process]
            found = self._puts_of[process].view[done : done + len(chosen)]
            carried[chosen[: len(found)]] = found
            self._feeds_of[process].extend(place[chosen[good[chosen]]])
            self._failed_of[process] += int(np.count_nonzero(~good[chosen]))
        self._feeds.extend(fresh[good])
        self._failed.extend(fresh[~good])
        self._failed_puts.update(zip(carried[~good].tolist(), fresh[~good].tolist(), strict=True))
        self._put_of_feed.extend(carried[good])
        whose = good & (carried >= 0)
        self._feed_of_put.put(carried[whose], place[whose])

    def _take(self, puts: Array) -> None:
        gets = self.gets
        if len(puts) > len(self._taken_at):
            more = len(puts) - len(self._taken_at)
            self._taken_at.extend(np.full(more, np.iinfo(np.int64).max))
        fresh = gets[self._gets_seen :]
        if len(fresh):
            named = self.trace.raw.args(self.trace.rows(fresh))
            valid = (named >= 0) & (named < len(self._taken_at))
            self._taken_at.put(named[valid], fresh[valid])
            self._gets_seen = len(gets)

    def _by_process(self, ordinals: Array) -> list[tuple[int, Array]]:
        if not len(ordinals):
            return []
        processes = self.trace.process_of_actors(self.trace.store.actor.view[ordinals])
        order = np.argsort(processes, kind="stable")
        ordered = processes[order]
        edges = (np.flatnonzero(ordered[1:] != ordered[:-1]) + 1).tolist()
        starts = [0, *edges]
        return [
            (int(ordered[start]), order[start:end])
            for start, end in zip(starts, [*edges, len(order)], strict=True)
        ]

    # --- questions; call advance() first

    def senders(self) -> set[int]:
        """Processes that have put something into a queue of processes."""
        return set(self._puts_of)

    def sent_by(self, feed_or_get: Array) -> Array:
        """Index of the PUT (or SEND) that the given FEEDs or GETs (by index) belong to."""
        if self.is_pipe or not len(self._put_of_feed):
            return feed_or_get.astype(np.int32)
        known = self._put_of_feed.view
        found = np.full(len(feed_or_get), NOBODY, np.int32)
        valid = feed_or_get < len(known)
        found[valid] = known[feed_or_get[valid]]
        return found

    def put_of_get(self, indices: Array) -> Array:
        """Index of the PUT that the given GETs took; -1 where that is not known."""
        if self.by_index:
            return self.trace.raw.args(self.trace.rows(self.gets[indices])).astype(np.int32)
        return self.sent_by(indices)

    def taken_at(self, puts: Array) -> Array:
        """Ordinals of the GETs that took the given PUTs (by index); -1: not taken."""
        if self.by_index:
            at = self._taken_at.view[puts]
            return np.where(at == np.iinfo(np.int64).max, -1, at)
        gets = self.gets
        order = puts.astype(np.int64)
        if not self.is_pipe and len(self._put_of_feed):
            order = self._feed_of_put.view[puts].astype(np.int64)
        found = np.full(len(puts), -1, np.int64)
        valid = (order >= 0) & (order < len(gets))
        found[valid] = gets[order[valid]]
        return found

    def waiting(self, puts: int, feeds: int, gets: int, k: int, most: int) -> list[int]:
        """Indices of the PUTs that are inside when so many events have happened, next first."""
        if self.by_index:
            inside = np.flatnonzero(self._taken_at.view[:puts] >= k)
            if self.newest_first:
                inside = inside[::-1]
            found: list[int] = inside[:most].tolist()
            return found
        if self.is_pipe or not len(self.feeds):
            return list(range(gets, min(puts, gets + most)))
        fed = self.sent_by(np.arange(gets, min(feeds, gets + most))).tolist()
        inside_list = [number for number in fed if number >= 0]
        if len(inside_list) < most and feeds < puts:
            inside_list += self._unfed(puts, feeds, k)[: most - len(inside_list)]
        return inside_list

    def _unfed(self, puts: int, feeds: int, k: int) -> list[int]:
        """PUTs whose items are still in their senders' buffers."""
        start = max(0, puts - 8192)
        fed = self._put_of_feed.view[:feeds]
        inside = np.ones(puts - start, bool)
        recent = fed[fed >= start]
        inside[recent[recent < puts] - start] = False
        found: list[int] = (np.flatnonzero(inside) + start).tolist()
        return [put for put in found if self._failed_puts.get(put, k) >= k]

    def unfed_of(self, process: int, puts: int, feeds: int) -> int:
        """How many items of a process are in its buffer after so many PUTs and FEEDs in all."""
        put = self._puts_of[process].view.searchsorted(np.int32(puts))
        fed = self._feeds_of[process].view.searchsorted(np.int32(feeds))
        return max(0, int(put - fed) - self._failed_of[process])

    def token(self, put: int) -> Token:
        """The message of a PUT (by index) as a token."""
        found = self._tokens.get(put)
        if found is None:
            row = int(self.trace.store.where.view[int(self.puts[put])])
            process = self.trace.process_of_row(row)
            label = label_of(self.trace.raw.arg(row), self.trace.ring_of(process).text)
            if len(self._tokens) > _MOST_TOKENS:
                self._tokens.clear()
            found = self._tokens[put] = Token(put, label, process)
        return found


def channel(trace: History, obj: int) -> Channel:
    """The channel of an object, made once; brought up to date."""
    with trace.deriving:
        found: Channel = trace.remembered(("channel", obj), lambda: Channel(trace, obj))
        found.advance()
    return found
