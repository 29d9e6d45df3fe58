"""SQLite: each statement, fetch, commit and rollback is a step, and the real database decides.

Beneath, a connection doesn't wait for a lock: what is refused waits in the controller, is tried
again when somebody has done something to the database, and fails as it would when its time of the
virtual clock has passed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from ipcsim.operations import Op, Opens
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, result, unseen
from ipcsim.probe.control.connections import FAILED
from ipcsim.probe.control.database_arguments import database_path, mixed
from ipcsim.probe.control.database_leaves import Leaf, key_of_database, op_of
from ipcsim.probe.control.file_paths import for_program, key_of, written
from ipcsim.probe.control.file_records import recorded
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.standing_in import like
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final, Literal

_POSITIONAL: Final = (
    *("timeout", "detect_types", "isolation_level", "check_same_thread", "factory"),
    *("cached_statements", "uri"),
)
_MOST_POSITIONAL: Final = 4
_USUAL_S: Final = 5.0
"""For how long SQLite waits for a lock, unless it is told otherwise."""
_WAITS: Final = re.compile(r"PRAGMA BUSY_TIMEOUT\s*=", re.IGNORECASE)


def install() -> None:
    """Make databases that are connected to from now on ask."""
    when_imported("sqlite3", _instrument)


def _instrument(sqlite3: Any) -> None:
    real = sqlite3.connect

    def connect(database: Any, *arguments: Any, **named: Any) -> Any:
        try:
            if not for_program(sys._getframe(1)):
                return real(database, *arguments, **named)
            told = {**dict(zip(_POSITIONAL, arguments, strict=False)), **named}
            path, known = database_path(database, bool(told.get("uri")))
            kind = mixed(told.get("factory", sqlite3.Connection), connection)
            if path is not None and (kind is None or len(arguments) > _MOST_POSITIONAL):
                known = False
            if not known:
                unseen("sqlite3.connect()")
            if path is None or kind is None or not known:
                return real(database, *arguments, **named)
            changes = Opens(0) if os.path.lexists(path) else Opens.CREATES | Opens.WRITABLE
            key = key_of(path, said="sqlite3.connect({})")
            ask(Op.OPEN, key, changes)
            result(FAILED)

            def make(*arguments: Any, **named: Any) -> Any:
                made = kind.__new__(kind, *arguments, **named)
                made._ipcsim_path = path
                made.__init__(*arguments, **named)
                return made

            with recorded(key, connects=True):
                made = real(database, *arguments, **{**named, "factory": make})
            result(1)
            return made
        except BaseException as error:
            drop_frame(error)
            raise

    cursor = _asking_cursor(sqlite3)
    connection = _asking_connection(sqlite3, cursor)
    sqlite3.connect = sqlite3.dbapi2.connect = like(real, connect)


def _holds_locks() -> bool:
    """Whether this process may hold a lock of a database."""
    try:
        with open("/proc/locks", encoding="ascii") as file:
            ours = str(os.getpid())
            return any(ours in line.split()[4:5] for line in file)
    except OSError:
        return True


def _plainly(method: Any) -> Any:
    """A method without a frame in what it raises."""

    @wraps(method)
    def plain(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise

    return plain


def _asking_cursor(sqlite3: Any) -> Any:
    class Cursor(sqlite3.Cursor):  # type: ignore[misc]
        @_plainly
        def execute(self, sql: Any, *parameters: Any) -> Any:
            return self._ipcsim_do(sql, super().execute, sql, *parameters)

        @_plainly
        def executemany(self, sql: Any, parameters: Any, /) -> Any:
            rows = parameters if current() is None else list(parameters)
            return self._ipcsim_do(sql, super().executemany, sql, rows)

        @_plainly
        def executescript(self, script: Any, /) -> Any:
            changes = self.connection.total_changes
            real = super().executescript

            def run() -> Any:
                if changes != self.connection.total_changes:
                    self.connection._ipcsim_timeout = 0  # half of it has been done
                return real(script)

            return self._ipcsim_do("SCRIPT", run)

        def _ipcsim_do(self, sql: Any, real: Any, *arguments: Any) -> Any:
            if not _controlled(self.connection):
                return real(*arguments)
            statement = " ".join(str(sql).split())
            op = op_of(self.connection, statement)
            leaf = Leaf(self.connection, op, written(statement))
            done = leaf.perform(lambda: real(*arguments))
            self.connection._ipcsim_wrote &= self.connection.in_transaction
            self._ipcsim_rows = op is Op.QUERY
            if _WAITS.match(statement):
                self.connection._ipcsim_wait_as_told()
            return done

        def _ipcsim_fetch(self, real: Any, *arguments: Any, **named: Any) -> Any:
            if not (getattr(self, "_ipcsim_rows", False) and _controlled(self.connection)):
                return real(*arguments, **named)
            key = key_of_database(self.connection._ipcsim_path, "fetch from {}")
            ask(Op.QUERY, key)
            result(1)
            with recorded(key) as call:
                found = real(*arguments, **named)
                call.read(found)
                return found

        @_plainly
        def fetchone(self) -> Any:
            row = self._ipcsim_fetch(super().fetchone)
            self._ipcsim_rows = row is not None
            return row

        @_plainly
        def fetchmany(self, *arguments: Any, **named: Any) -> Any:
            return self._ipcsim_fetch(super().fetchmany, *arguments, **named)

        @_plainly
        def fetchall(self) -> Any:
            rows = self._ipcsim_fetch(super().fetchall)
            self._ipcsim_rows = False
            return rows

        @_plainly
        def __next__(self) -> Any:
            try:
                return self._ipcsim_fetch(super().__next__)
            except StopIteration:
                self._ipcsim_rows = False
                raise

    Cursor.__name__, Cursor.__qualname__, Cursor.__module__ = "Cursor", "Cursor", "sqlite3"
    return Cursor


def _controlled(connection: Any) -> bool:
    return current() is not None and bool(getattr(connection, "_ipcsim_path", ""))


def _asking_connection(sqlite3: Any, cursor_class: Any) -> Any:
    class Connection(sqlite3.Connection):  # type: ignore[misc]
        _ipcsim_path, _ipcsim_timeout = "", 0
        _ipcsim_snapshot = False
        """It has read within its transaction: who wants to write then is refused at once."""
        _ipcsim_wrote = False
        """It has written within its transaction."""

        def __init__(self, database: Any, *arguments: Any, **named: Any) -> None:
            if self._ipcsim_path:
                timeout = arguments[0] if arguments else named.get("timeout", _USUAL_S)
                self._ipcsim_timeout = nanoseconds(timeout)
                if arguments:
                    arguments = (0, *arguments[1:])
                else:
                    named["timeout"] = 0
            super().__init__(database, *arguments, **named)

        @_plainly
        def cursor(self, factory: Any = cursor_class) -> Any:
            own = mixed(factory, cursor_class)
            if own is None:
                unseen("cursor()")
            return super().cursor(own or factory)

        @_plainly
        def execute(self, *arguments: Any) -> Any:
            return self.cursor().execute(*arguments)

        @_plainly
        def executemany(self, *arguments: Any) -> Any:
            return self.cursor().executemany(*arguments)

        @_plainly
        def executescript(self, *arguments: Any) -> Any:
            return self.cursor().executescript(*arguments)

        def _ipcsim_wait_as_told(self) -> None:
            cursor = super().cursor()
            self._ipcsim_timeout = cursor.execute("PRAGMA busy_timeout").fetchone()[0] * 1_000_000
            cursor.execute("PRAGMA busy_timeout = 0")

        @_plainly
        def commit(self) -> None:
            # Only who has read is in the way of a commit, and that one waits.
            self._ipcsim_snapshot = False
            op = Op.EXECUTE if self._ipcsim_wrote else Op.QUERY
            self._ipcsim_end(op, "commit()", super().commit)

        @_plainly
        def rollback(self) -> None:
            op = Op.CHANGE if self._ipcsim_wrote else Op.QUERY
            self._ipcsim_end(op, "rollback()", super().rollback)

        @_plainly
        def close(self) -> None:
            op = Op.CHANGE if self._ipcsim_wrote else Op.QUERY
            self._ipcsim_end(op, "close()", super().close, _holds_locks)

        def __del__(self) -> None:
            # Who drops it within a transaction gives its locks back.
            with suppress(Exception):
                if _controlled(self) and self.in_transaction:
                    Connection.rollback(self)

        @_plainly
        def __exit__(self, kind: Any, error: Any, traceback: Any, /) -> Literal[False]:
            if kind is not None:
                Connection.rollback(self)
                return False
            try:
                Connection.commit(self)
            except BaseException:
                Connection.rollback(self)
                raise
            return False

        def _ipcsim_end(
            self, op: Op, said: str, real: Any, matters: Callable[[], bool] = bool
        ) -> None:
            if not _controlled(self) or not (self.in_transaction or matters()):
                real()
                return
            Leaf(self, op, f"{{}}.{said}").perform(real)
            self._ipcsim_wrote = False

    Connection.__name__, Connection.__qualname__ = "Connection", "Connection"
    Connection.__module__ = "sqlite3"
    return Connection
