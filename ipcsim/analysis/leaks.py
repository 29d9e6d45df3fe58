"""What was opened, started or borrowed and never given back?"""

from __future__ import annotations

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import NOTICE, Finding, location, locations
from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _, ngettext
from ipcsim.supervisor.messages import State
from ipcsim.trace.history import History
from ipcsim.trace.objects import MEMORIES
from ipcsim.trace.sentences import names
from ipcsim.trace.tubes import holders_of_end

ZOMBIE_NS = 100_000_000


def find(trace: History) -> list[Finding]:
    """None while the run goes on, or if it was cut short: there would have been time."""
    end = end_of(trace)
    if end.still_runs or trace.lost:
        return []
    found = []
    if not end.stopped:
        found += _memory(trace) + _pipe_ends(trace) + _children(trace)
    return found + _no_end_of_file(end)


def _memory(trace: History) -> list[Finding]:
    """Blocks of shared memory that nobody has unlinked."""
    store = trace.store
    found = []
    for facts in trace.registry.all:
        if facts.kind not in MEMORIES or not facts.created:
            continue
        related = [facts.object]
        related += [f.object for f in trace.registry.all if facts.object in (f.owner, f.object)]
        related += [] if facts.owner is None else [facts.owner]
        same = [
            f.object
            for f in trace.registry.all
            if f.kind in MEMORIES and f.words("name") and f.words("name") == facts.words("name")
        ]
        if any(len(store.of(obj, Kind.UNLINK)) for obj in {*related, *same}):
            continue
        if facts.owner is not None and trace.registry.all[facts.owner].kind in MEMORIES:
            continue  # told with its owner
        maker = facts.created_by
        found.append(
            Finding(
                "never_unlinked",
                _(
                    "{name} (made at line {line}) was never unlinked: the block outlives its users."
                ).format(
                    name=trace.objects[facts.object].name, line=trace.at_line(facts.created_at)
                ),
                _(
                    "Shared memory belongs to the system, not to a process. It stays until "
                    "somebody "
                    "calls unlink(), once, when all are done with it."
                ),
                () if maker is None else (maker,),
                (facts.object,),
                locations(facts.created_at),
                facts.time,
                remedy=_("close() in every process, and unlink() once, in the one that made it."),
                reference="multiprocessing.shared_memory: SharedMemory.unlink()",
            )
        )
    return found


def _pipe_ends(trace: History) -> list[Finding]:
    """Ends of pipes that nobody closed, in one notice."""
    left = [
        facts
        for facts in trace.registry.all
        if facts.kind == ObjectKind.PIPE_END
        and facts.created
        and not trace.objects[facts.object].internal
        and not _closed(trace, facts.object)
    ]
    if not left:
        return []
    count = len(left)
    return [
        Finding(
            "never_closed",
            ngettext(
                "{count} end of a pipe was never closed: {names}.",
                "{count} ends of pipes were never closed: {names}.",
                count,
            ).format(count=count, names=names([trace.objects[f.object].name for f in left])),
            _(
                "An end that stays open costs a file descriptor, and as long as a copy of the "
                "writing end is open no reader ever finds the end of the stream."
            ),
            tuple(dict.fromkeys(f.created_by for f in left if f.created_by is not None)),
            tuple(f.object for f in left),
            tuple(dict.fromkeys(location(f.created_at) for f in left if f.created_at is not None)),
            left[0].time,
            severity=NOTICE,
            remedy=_(
                "Each process closes the ends that it doesn't use, and its own when it is done."
            ),
            reference="multiprocessing: Connection.close()",
        )
    ]


def _closed(trace: History, end: int) -> bool:
    """Whether the program itself has closed an end: Python's cleaning up has no place."""
    rows = trace.rows(trace.store.of(end, Kind.CLOSE)[:256])
    return bool((trace.raw.places(rows) != 0).any())


def _no_end_of_file(end: End) -> list[Finding]:
    """Who waits at a pipe for a message or its end, and holds the writing end open itself."""
    now, trace = end.now, end.trace
    found = []
    for facts in trace.registry.all:
        if facts.kind != ObjectKind.PIPE_END:
            continue
        waiting = now.waiters(facts.object, Kind.RECV_WAIT)
        peer = trace.registry.peer(facts.object)
        if not waiting or peer is None:
            continue
        mine = now.process(waiting[0])
        sent = trace.store.of(peer, Kind.SEND)
        senders = set(trace.process_of_actors(trace.store.actor.view[sent[-4096:]]).tolist())
        others = {p for p in holders_of_end(now, peer) if p != mine}
        if mine in senders or others or mine not in holders_of_end(now, peer) or not senders:
            continue
        place = now.place(waiting[0])
        found.append(
            Finding(
                "open_end",
                _(
                    "{who} waits at {name} (line {line}) for a message or the end of the "
                    "stream, and "
                    "keeps the writing end {peer} open itself: the end never comes."
                ).format(
                    who=trace.processes[mine].name,
                    name=trace.objects[facts.object].name,
                    peer=trace.objects[peer].name,
                    line=trace.at_line(place),
                ),
                _("recv() raises EOFError when the last copy of the writing end has been closed."),
                (mine,),
                (facts.object, peer),
                locations(place),
                end.t,
                (int(now.rows[waiting[0]]),),
                remedy=_("Close the end that this process doesn't use, right after start()."),
                reference="multiprocessing: Pipe()",
            )
        )
    return found


def _children(trace: History) -> list[Finding]:
    """Processes that ended long before their parent and were never joined, in one notice."""
    store = trace.store
    joins = store.of(-1, Kind.JOINED, Kind.JOIN_WAIT, Kind.REAPED, Kind.ENDING)
    args = trace.raw.args(trace.rows(joins))
    seen: set[int] = set()
    ending: set[int] = set()
    for actor, kind, arg in zip(
        store.actor.view[joins].tolist(),
        store.kind.view[joins].tolist(),
        args.tolist(),
        strict=True,
    ):
        process = trace.actors[actor].process
        if kind == Kind.ENDING:
            ending.add(process)
        elif process not in ending:
            # What comes later is the library's own, at the very end.
            seen.add(arg >> 32 if kind == Kind.REAPED else abs(arg))
    left = []
    for info in trace.processes:
        if info.parent is None or info.daemon or info.ended is None or not info.role:
            continue
        if info.is_server:
            continue  # its manager joins it, as it is taken down
        above = trace.processes[info.parent].ended
        if info.pid in seen or info.state not in (State.ENDED, State.CRASHED) or above is None:
            continue
        if above - info.ended >= ZOMBIE_NS:
            left.append(info)
    if not left:
        return []
    return [
        Finding(
            "never_joined",
            ngettext(
                "{who} ended, and its parent never joined it: it stayed as a zombie.",
                "{who} ended, and their parent never joined them: they stayed as zombies.",
                len(left),
            ).format(who=names([info.name for info in left])),
            _(
                "On POSIX a process that has ended and isn't joined stays in the system's table. "
                '"It is probably good practice to explicitly join all the processes that you '
                'start."'
            ),
            tuple(info.process for info in left),
            time=left[0].ended or 0,
            severity=NOTICE,
            remedy=_("join() each process that was started."),
            pitfall="P10",
            reference="multiprocessing: Programming guidelines, Joining zombie processes",
        )
    ]
