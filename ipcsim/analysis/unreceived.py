"""Which messages were sent and never received?"""

from __future__ import annotations

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, locations, place_of
from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.channels import Channel
from ipcsim.trace.history import History
from ipcsim.trace.queries import channels


def find(trace: History) -> list[Finding]:
    """A finding for each queue and pipe that something was left in. None while the run goes on."""
    end = end_of(trace)
    if end.still_runs or trace.lost:
        return []
    found = []
    for one in channels(trace):
        if one.is_pipe and trace.registry.peer(one.obj) is None:
            continue  # of some sockets the other end is not known, or is not watched
        puts, gets = end.now.until(one.puts), end.now.until(one.gets)
        puts -= end.now.until(trace.store.of(one.obj, Kind.BROKEN_PIPE))  # the last ones raised
        if _of_one_thread(trace, one):
            continue
        if puts > gets and (not end.stopped or _abandoned(end, one)):
            left = _left(end, one, puts, gets)
            if left:
                found.append(_finding(end, one, left))
    return found


def _of_one_thread(trace: History, one: Channel) -> bool:
    """Whether it is a thread's own heap or list: who alone fills and empties it sends nothing."""
    if not one.by_index or not len(one.gets):
        return False
    actors = trace.store.actor.view
    return bool((actors[one.puts] == actors[one.gets[0]]).all()) and bool(
        (actors[one.gets] == actors[one.gets[0]]).all()
    )


def _abandoned(end: End, one: Channel) -> bool:
    """Whether all that have ever received from it had ended when the run was cut short."""
    gets = one.gets[: end.now.until(one.gets)]
    receivers = set(end.trace.process_of_actors(end.trace.store.actor.view[gets[-8192:]]).tolist())
    return bool(receivers) and all(end.now.over[process] for process in receivers)


def _left(end: End, one: Channel, puts: int, gets: int) -> list[int]:
    """What was left inside (indices of PUTs); nothing if all of it is None.

    None is what programs put in to end their consumers; one too many does no harm.
    """
    feeds = end.now.until(one.feeds)
    left = one.waiting(puts, feeds, gets, end.now.k, puts - gets)
    return [] if all(one.token(put).label == "None" for put in left) else left


def _finding(end: End, one: Channel, left: list[int]) -> Finding:
    trace = end.trace
    first = one.token(left[0])
    ordinal = int(one.puts[left[0]])
    place = place_of(trace, ordinal)
    name = trace.objects[one.obj].name
    count = len(left)
    words = ngettext(
        "{count} message put into {name} was never received",
        "{count} messages put into {name} were never received",
        count,
    ).format(count=grouped(count), name=name)
    words += _(" (the first: {label}, by {who} at line {line})").format(
        label=first.label or "?",
        who=trace.processes[first.sender].name,
        line=trace.at_line(place),
    )
    return Finding(
        "never_received",
        words + ".",
        _(
            "Whoever sent them believes that they have arrived. A queue of processes also keeps "
            "its sender from ending until its pipe has room for what is left in the buffer."
        ),
        (first.sender,),
        (one.obj,),
        locations(place),
        trace.store.time(ordinal),
        (int(trace.store.where.view[ordinal]),),
        remedy=_("Take until the end is announced, and announce it once for each receiver."),
        reference="multiprocessing: Programming guidelines, Joining processes that use queues",
    )
