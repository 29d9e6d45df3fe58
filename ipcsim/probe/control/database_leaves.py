"""One operation on an SQLite database: what it does at most, and tried until it isn't refused."""

from __future__ import annotations

from collections.abc import Callable

from ipcsim.operations import AGAIN, REFUSED, Op
from ipcsim.probe.control import asking
from ipcsim.probe.control.asking import ask, ask_until, result
from ipcsim.probe.control.connections import FAILED
from ipcsim.probe.control.file_paths import key_of
from ipcsim.probe.control.file_records import recorded
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.type_words import Any, Final

_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_BUSY: Final = 5
_BUSY_NOW: Final = "database is locked"
_READS: Final = ("SELECT", "VALUES", "EXPLAIN", "BEGIN DEFERRED")


def key_of_database(path: str, said: str) -> bytes:
    """What a database is called to the controller, with what is said to be done to it."""
    return key_of(path, said=said, kind="db")


def op_of(connection: Any, statement: str) -> Op:
    """What a statement does, at most."""
    words = statement.upper()
    if words.startswith(_READS) or words == "BEGIN":
        return Op.QUERY
    within = connection.in_transaction or connection.isolation_level is not None
    if words.startswith("BEGIN IMMEDIATE") or (within and words.startswith(_WRITES)):
        return Op.CHANGE
    return Op.EXECUTE


class Leaf:
    """One operation on a connection's database, tried until it isn't refused any more."""

    def __init__(self, connection: Any, op: Op, said: str) -> None:
        self._connection, self._op = connection, op
        self._looks = op is Op.QUERY and not said.upper().startswith("BEGIN")
        writes = op is Op.CHANGE and said.upper().startswith(_WRITES)
        self._again = writes and connection._ipcsim_wrote and connection.in_transaction
        self._key = key_of_database(connection._ipcsim_path, said)

    def perform(self, real: Callable[[], Any]) -> Any:
        """Do it, as soon as nobody's lock is in the way."""
        ask(self._op, self._key, AGAIN if self._again else -1)
        with recorded(self._key):
            return self._as_soon_as_it_can(real)

    def _as_soon_as_it_can(self, real: Callable[[], Any]) -> Any:
        connection = self._connection
        until = -1
        while True:
            result(FAILED)
            try:
                done = real()
            except connection.OperationalError as error:
                if not _is_busy(error):
                    raise
                result(REFUSED)
                if connection._ipcsim_timeout <= 0 or connection._ipcsim_snapshot:
                    raise
                if until < 0:
                    until = asking.clock_ns + connection._ipcsim_timeout
                if self._wait(until - asking.clock_ns) == Answer.TIMEOUT:
                    raise
                continue
            result(1)
            connection._ipcsim_snapshot = self._looks and connection.in_transaction
            connection._ipcsim_wrote |= self._op is Op.CHANGE
            return done

    def _wait(self, timeout: int) -> Answer:
        """Until somebody has done something to the database."""
        asked = False

        def ready() -> bool:
            nonlocal asked
            before, asked = asked, True
            return before

        return ask_until(self._op, self._key, ready, max(timeout, 0))


def _is_busy(error: Any) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    # What is refused because of a snapshot that is out of date is refused at once, and for good.
    return str(error) == _BUSY_NOW if code is None else code == _BUSY
