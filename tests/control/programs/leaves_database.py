"""Workers that add one to a number in an SQLite database."""

from __future__ import annotations

import gc
import sqlite3
import tempfile
import time
from multiprocessing import Process
from pathlib import Path
from typing import Any


def select_then_update(path: Path) -> None:
    add_in_two_statements(sqlite3.connect(path))


def immediate(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    (number,) = connection.execute("SELECT n FROM counter").fetchone()
    connection.execute("UPDATE counter SET n = ?", (number + 1,))
    connection.execute("COMMIT")
    connection.close()


def in_the_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE counter SET n = n + 1")
    connection.close()


def impatient(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE counter SET n = n + 1")
    connection.execute("COMMIT")
    connection.close()


def both_read_first(path: Path) -> None:
    """Whoever has read in its transaction is refused at once when another writes."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    (number,) = connection.execute("SELECT n FROM counter").fetchone()
    connection.execute("UPDATE counter SET n = ?", (number + 1,))
    connection.execute("COMMIT")
    connection.close()


def never_commits(path: Path) -> None:
    first = sqlite3.connect(path, isolation_level=None)
    first.execute("BEGIN IMMEDIATE")
    second = sqlite3.connect(path, timeout=3, isolation_level=None)
    second.execute("BEGIN IMMEDIATE")


def by_uri(path: Path) -> None:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    add_in_two_statements(connection)


class OwnCursor(sqlite3.Cursor):
    def execute(self, sql: str, *arguments: Any) -> OwnCursor:
        return super().execute(sql.replace("COUNTER", "counter"), *arguments)


class OwnConnection(sqlite3.Connection):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.isolation_level = "IMMEDIATE"

    def cursor(self, factory: type[sqlite3.Cursor] = OwnCursor) -> Any:
        return super().cursor(factory)


def own_classes(path: Path) -> None:
    connection = sqlite3.connect(path, factory=OwnConnection)
    assert isinstance(connection, OwnConnection)
    assert isinstance(connection.cursor(), OwnCursor)
    add_in_two_statements(connection)


def made_by_a_function(path: Path) -> None:
    connection = sqlite3.connect(path, factory=lambda *a, **b: OwnConnection(*a, **b))
    add_in_two_statements(connection)


def add_in_two_statements(connection: sqlite3.Connection) -> None:
    (number,) = connection.execute("SELECT n FROM counter").fetchone()
    with connection:
        connection.execute("UPDATE counter SET n = ?", (number + 1,))
    connection.close()


def drops(path: Path) -> None:
    """Who drops a connection within a transaction gives its lock back."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("SELECT n FROM counter").fetchone()
    del connection
    gc.collect()
    time.sleep(10)
    in_the_database(path)


def main(kind: str = "select_then_update", folder: str = "") -> None:
    path = Path(folder or tempfile.mkdtemp()) / "counter.db"
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("CREATE TABLE counter (n INTEGER)")
        connection.execute("INSERT INTO counter VALUES (0)")
    connection.close()
    workers = [
        Process(target=globals()[kind], args=(path,), name=f"worker-{n + 1}") for n in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    connection = sqlite3.connect(path)
    print(*connection.execute("SELECT n FROM counter").fetchone())
    assert connection.execute("SELECT n FROM counter").fetchall() == [(2,)]
    connection.close()


if __name__ == "__main__":
    main()
