"""What goes wrong on the way into a process: P5, P6."""

from __future__ import annotations

from ipcsim.analysis.finding import Finding, location, locations, place_of
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.channels import channel
from ipcsim.trace.happenings import place_of_raise, raised
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.objects import QUEUES
from ipcsim.trace.printed_errors import printed_errors

NO_GUARD = (b"bootstrapping phase", b"Safe importing of main", b"is not going to be frozen")
UNPICKLABLE = ("pickle", "through inheritance")


def find(trace: History) -> list[Finding]:
    """A finding for each."""
    return _no_guard(trace) + _raised(trace) + _lost_items(trace)


def _no_guard(trace: History) -> list[Finding]:
    """Children that fail as they import the main module: it starts processes itself.

    The exception is raised before the probe's target begins, and only printed.
    """
    told: _Told = trace.remembered("no guard", _Told)
    told.advance(trace)
    if told.ring is None:
        return []
    process = next(
        (i.process for i in trace.processes if trace.ring_of(i.process).ring == told.ring), None
    )
    if process is None:
        return []
    lines = [error for error in printed_errors(trace) if error.ring == told.ring and error.file]
    place = Place(lines[0].file, int(lines[0].line)) if lines else None
    return [
        Finding(
            "no_main_guard",
            _(
                "{who} imported the program anew, and the import itself starts processes (line "
                '{line}): there is no `if __name__ == "__main__":` round it.'
            ).format(who=trace.processes[process].name, line=trace.at_line(place)),
            _(
                "Under spawn and forkserver a child imports the main module to find its target. "
                'The documentation: "one should protect the entry point of the program."'
            ),
            (process,),
            (),
            locations(place),
            told.time,
            remedy=_('Put what runs at the start under `if __name__ == "__main__":`.'),
            pitfall="P5",
            reference="multiprocessing: The spawn and forkserver start methods, Safe importing of "
            "main module",
        )
    ]


class _Told:
    """Looks for Python's own words in the output as it comes."""

    def __init__(self) -> None:
        self.ring: int | None = None
        self.time = 0
        self._done = 0

    def advance(self, trace: History) -> None:
        """Take in what has been printed since the last time."""
        fresh = trace.outputs[self._done :]
        self._done += len(fresh)
        for piece in fresh:
            data = piece.data if self.ring is None else b""
            if any(words in data for words in NO_GUARD):
                self.ring, self.time = piece.ring, piece.time


def _raised(trace: History) -> list[Finding]:
    """Exceptions that say that something can't be pickled."""
    found = []
    told = set()
    for ordinal in trace.store.of(-1, Kind.RAISED).tolist():
        row = int(trace.store.where.view[ordinal])
        facts = raised(trace, row)
        message = str(facts.get("message", ""))
        place = place_of_raise(trace, row)
        if not any(word in message for word in UNPICKLABLE) or location(place) in told:
            continue
        told.add(location(place))
        process = trace.process_of_row(row)
        found.append(
            Finding(
                "not_picklable",
                _("{who} wanted to send what can't be pickled (line {line}): {message}.").format(
                    who=trace.processes[process].name,
                    line=trace.at_line(place),
                    message=message.rstrip("."),
                ),
                _(
                    "What goes to another process is pickled: functions by their name, so no "
                    "lambdas and no local ones; locks and queues not at all, they are handed over "
                    "when a process is started."
                ),
                (process,),
                (),
                locations(place),
                trace.store.time(ordinal),
                (row,),
                remedy=_(
                    "A function at the top of the module; a lock as an argument of Process, or of "
                    "a Pool's initializer."
                ),
                pitfall="P6",
                reference="multiprocessing: Programming guidelines, Picklability",
            )
        )
    return found


def _lost_items(trace: History) -> list[Finding]:
    """Items that a queue's feeder could not pickle: put() has long returned."""
    found = []
    for facts in trace.registry.all:
        if facts.kind not in QUEUES:
            continue
        one = channel(trace, facts.object)
        if not len(one.failed):
            continue
        ordinal = int(one.failed[0])
        process = trace.actors[int(trace.store.actor.view[ordinal])].process
        put = one.undone(ordinal)
        place = None if put is None else place_of(trace, int(one.puts[put]))
        found.append(
            Finding(
                "not_picklable",
                _(
                    "{who} put something into {name} (line {line}) that can't be pickled. put() "
                    "had already returned; the feeder thread dropped it, and nobody will get it."
                ).format(
                    who=trace.processes[process].name,
                    name=trace.objects[facts.object].name,
                    line=trace.at_line(place),
                ),
                _(
                    "put() only hands the item to a thread that pickles it later. If that fails, "
                    "the traceback is all there is; the program isn't told."
                ),
                (process,),
                (facts.object,),
                locations(place),
                trace.store.time(ordinal),
                (int(trace.store.where.view[ordinal]),),
                remedy=_("Send plain data: numbers, texts, lists, dictionaries."),
                pitfall="P6",
                reference="multiprocessing: Programming guidelines, Picklability",
            )
        )
    return found
