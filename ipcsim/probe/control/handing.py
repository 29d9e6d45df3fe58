"""Actors that hand the turn on to one another, along a schedule that is known beforehand.

A table in shared memory has a row for each turn: whose it is, how its request is answered, and what
that actor is going to ask for next. Whoever has the turn compares what it asks for with its row and
wakes the actor of the next one; the controller is woken at the end, or as soon as somebody asks for
something else than expected. All wait on semaphores, which no program can close by accident.

Standard library only. Used where bodies are run again (``reruns.py``).
"""

from __future__ import annotations

import json
import mmap
import os
import re
import struct
import sys
from types import CodeType, FrameType

from ipcsim.operations import Op
from ipcsim.probe.control import actors, asking
from ipcsim.probe.control.calls import is_of_program, place_of, roots
from ipcsim.probe.control.forking import leave
from ipcsim.probe.control.protocol import FACT, REQUEST, Answer
from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.type_words import Any, Final

AT: Final = 0
"""Index of the row whose turn it is, in numbers of 64 bits."""
DEPARTED: Final = 1
"""Whether that row says something else than was expected."""
CLAIMED: Final = 2
"""How many actors have taken a place at the table."""
FIRST: Final = 8
"""Index of the first row."""
ROW: Final = struct.Struct("<8q")
"""Whose turn (-1: the controller's), answer, clock; then of the next request: number of what it
says, argument, result of the operation before, clock of the actor; 0."""
WIDTH: Final = 8
ROWS: Final = 4096
MOST: Final = 1000
"""A semaphore's bound, which is never reached."""
SIZE: Final = 8 * (FIRST + WIDTH * ROWS)
CONTROLLER: Final = -1
ANY: Final = -1
"""In place of the number: whatever it says is written into the row."""
_PATIENCE_S: Final = 5.0 if sys.platform == "linux" else None
"""After so long it is time to see whether anybody is still there, where one can wait so."""

_read = struct.Struct("<4q8x3q").unpack_from
_write = struct.Struct("<4q").pack_into
_SAID: Final = 3 * 8
_MADE_UP: Final = re.compile(rb'"(?:alias|made_up)":(?:"[^"]*"|\[[^]]*])').sub
"""What facts tell of names that are others each time; by these nobody knows who was forked."""
_NUMBERS: Final = (1 << 62) - 1
_GO: Final = Answer.GO
_NEXT: Final = (Answer.RESET, Answer.AGAIN)
"""The body is through, or can't go on; it is time for the next."""
_getppid = os.getppid
_table: Table | None = None


class Table:
    """A table that this process, or its parent, has opened.

    ``semaphores``: names, one for each place, and last the controller's.
    """

    def __init__(self, path: str, semaphores: list[str]) -> None:
        import _multiprocessing  # type: ignore[import-not-found]

        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), SIZE)
        self.numbers = memoryview(self.memory).cast("q")
        rebuild: Any = _multiprocessing.SemLock._rebuild
        self.semaphores = [rebuild(0, 1, MOST, name) for name in semaphores]


def open_table(path: str, semaphores: list[str]) -> None:
    """Processes that are forked from here can take a place at this table."""
    global _table
    _table = Table(path, semaphores)


def take_place() -> None:
    """The calling actor hands on the turn from now on; its place is told with its next request.

    To be called while nobody else can call it.
    """
    actor = actors.current()
    if _table is None or actor is None:
        return
    place = _table.numbers[CLAIMED]
    if place + 1 >= len(_table.semaphores):
        return  # more than there were when the table was made
    _table.numbers[CLAIMED] = place + 1
    actors.tell(place=place)
    asking.border(Op.BEGIN)
    actor.turns = Turns(_table, place, actor)


class Turns:
    """An actor's place at the table."""

    def __init__(self, table: Table, place: int, actor: actors.Actor) -> None:
        self._place, self._actor = place, actor
        self._memory, self._numbers = table.memory, table.numbers
        self._wake = [semaphore.release for semaphore in table.semaphores]
        self._wait = table.semaphores[place].acquire
        self._said: dict[tuple[object, ...], int] = {}
        self._untold: dict[int, tuple[int, bytes, bytes, tuple[bytes, ...]]] = {}
        """By its number what the controller has yet to be told, if it doesn't know it."""
        self._direct: dict[tuple[int, int, int, bytes], int] = {}
        """By the program's code and where it is there what is said of what it has called."""
        self._through: dict[tuple[int, int, int, bool, int, bytes], int] = {}
        """Likewise where that was called through the library's function, and whether for the first
        time by this call of it."""
        self._passed: set[int] = set()
        """Identities of code that is not the program's."""
        self._codes: list[CodeType] = []
        """Kept, so that no other gets the identity of one that is known."""
        self._parent = _getppid()
        self._stands_in = False

    def ask_from(self, op: int, key: bytes, arg: int, frame: FrameType) -> Answer:
        """As ``asking.ask``; ``frame`` is that of who asks."""
        outer = frame.f_back
        if outer is None:
            return self.ask(op, key, arg, place_of(frame))
        known = id(outer.f_code), outer.f_lasti, op, key
        said = self._direct.get(known)
        if said is None or self._actor.facts:
            said = self._number_from(op, key, frame, outer)
        return self._turn(said, arg)

    def _number_from(self, op: int, key: bytes, frame: FrameType, outer: FrameType) -> int:
        """What stands for a request of ``frame``, which ``outer`` called."""
        inner, passed, facts = frame, self._passed, self._actor.facts
        while id(outer.f_code) in passed and outer.f_back is not None:
            inner, outer = outer, outer.f_back
        code, within, fresh = outer.f_code, inner.f_code, inner.f_trace_lines
        known = id(code), outer.f_lasti, id(within), fresh, op, key
        said = self._through.get(known)
        if said is not None and not facts:
            if fresh:
                inner.f_trace_lines = False  # as place_of marks it
            return said
        program = is_of_program(outer)
        if not program and code not in roots and id(code) not in passed:
            self._codes.append(code)
            passed.add(id(code))
            return self._number_from(op, key, frame, outer)
        said = self._number(op, key, place_of(frame))
        if program and not facts:
            self._codes += code, within
            if inner is frame and fresh:
                self._direct[known[0], known[1], op, key] = said
            elif not is_ours(within.co_filename):
                self._through[known] = said
        return said

    def ask(self, op: int, key: bytes, arg: int, place: bytes) -> Answer:
        """Wait for one's turn to perform ``op`` on the object ``key``."""
        return self._turn(self._number(op, key, place), arg)

    def _number(self, op: int, key: bytes, place: bytes) -> int:
        """What stands for a request."""
        actor = self._actor
        facts = tuple(actor.facts)
        seen = tuple([_MADE_UP(b"", fact) for fact in facts]) if facts else facts
        known = op, key, place, seen
        said = self._said.get(known)
        if said is None:
            # The same in every process that takes this place.
            said = self._said[known] = hash(known) & _NUMBERS
            self._untold[said] = op, key, place, facts
        if facts:
            actor.facts = []
        return said

    def _tell(self, said: int) -> None:
        """Tell the controller what a number stands for."""
        op, key, place, facts = self._untold.pop(said)
        text = json.dumps(
            {
                "said": said,
                "op": op,
                "key": key.decode("utf-8", "replace"),
                "where": place.decode("utf-8", "replace"),
                "facts": [json.loads(fact[REQUEST.size :]) for fact in facts],
            },
            separators=(",", ":"),
        ).encode()
        self._actor.wire.send(REQUEST.pack(FACT, 0, 0, len(text), 0, 0, 0, 0) + text)

    def _turn(self, said: int, arg: int) -> Answer:
        actor, numbers = self._actor, self._numbers
        at = numbers[AT]
        result, clock = actor.result, asking.clock_ns
        expected, its_arg, its_result, its_clock, who, answer, now = _read(
            self._memory, 8 * at + _SAID
        )
        if expected != said or its_arg != arg or its_result != result or its_clock != clock:
            if said in self._untold:
                self._tell(said)
            _write(self._memory, 8 * at + _SAID, said, arg, result, clock)
            if expected != ANY:
                numbers[DEPARTED], who = 1, CONTROLLER
        if who == self._place:
            numbers[AT] = at + WIDTH
        else:
            if who != CONTROLLER:
                numbers[AT] = at + WIDTH
            actor.passing += 1
            self._wake[who]()
            while not self._wait(True, _PATIENCE_S):
                if _getppid() != self._parent:
                    leave(70)
            actor.passing -= 1
            at = numbers[AT]
            answer, now = numbers[at + 1], numbers[at + 2]
        if now > clock:
            asking.clock_ns = now
        actor.result = 0
        if answer == _GO:
            return _GO
        if self._stands_in and answer in _NEXT:
            leave(0)
        return Answer(answer)

    def stand_in_for(self, pid: int) -> None:
        """Run one body, in the place of the parent ``pid`` that this process was forked from."""
        self._parent, self._stands_in = pid, True

    def answer(self) -> int:
        """The answer to whoever has the turn."""
        answer: int = self._numbers[self._numbers[AT] + 1]
        return answer
