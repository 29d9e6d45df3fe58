"""Files used in every way: under control it must print what it prints without."""

from __future__ import annotations

import csv
import errno
import fileinput
import glob
import gzip
import io
import json
import logging
import mmap
import os
import pathlib
import pickle
import shelve
import shutil
import sqlite3
import tempfile
import traceback
import zipfile
from collections.abc import Callable
from typing import Any


def said(function: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    """What it answers, or of what it complains, without the folder's name."""
    try:
        answer = repr(function(*arguments, **named))
    except Exception as error:
        answer = "".join(traceback.format_exception_only(type(error), error))
        frames = traceback.extract_tb(error.__traceback__)
        answer += " ".join(frame.name for frame in frames if "ipcsim" in frame.filename)
    return answer.replace(os.getcwd(), ".").strip()


def opening() -> None:
    print(said(open, "none"), said(open, "new", "zz"), said(open, "new", "rb", encoding="utf-8"))
    print(said(open, "new", "r", 0), said(open, ".", "w"), said(open, b"no\0ne"), said(open, None))
    for mode in ("w", "a", "r", "r+", "w+", "x", "wb", "rb", "ab+", "rb+"):
        try:
            with open("file", mode) as file:
                print(mode, file.mode, file.name, type(file).__name__, file.readable())
                print(file.writable(), file.seekable(), file.tell(), isinstance(file, io.IOBase))
                if "w" in mode or "+" in mode or "a" in mode:
                    print(file.write("line\nmore\n" if "b" not in mode else b"line\nmore\n"))
                    file.flush()
                    print(file.tell(), file.truncate(6), file.seek(0, 2))
        except OSError as error:
            print(mode, error.errno == errno.EEXIST, error)
    with open("file", "wb", buffering=0) as raw:
        print(type(raw).__name__, isinstance(raw, io.FileIO), raw.mode, raw.write(b"0123456789"))
    with open("file", "rb", buffering=0) as raw:
        print(raw.read(3), raw.readall(), raw.read(), raw.seek(-2, os.SEEK_END), raw.readline())
    with open("file", "rb") as file:
        print(file.peek(2)[:2], file.read1(4), file.readinto(bytearray(3)), file.raw.closefd)
        print(isinstance(file.raw, io.FileIO), os.fstat(file.fileno()).st_size)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            print(mapped[:4])
    print(said(file.read), file.closed)
    with open("file", "w", encoding="utf-16", newline="\r\n", errors="replace") as file:
        print(file.encoding, file.errors, file.newlines, file.line_buffering)
        print(*("größer\n" for _ in range(2)), file=file)
    print(pathlib.Path("file").read_bytes())
    with open("file", "w+", buffering=1) as file:
        print(file.line_buffering, file.writelines(["a\n", "b\n"]), file.seek(0), list(file))
    fd = os.open("file", os.O_RDWR)
    with open(fd, "r+", closefd=False) as file:
        print(file.name == fd, file.readline(), os.read(fd, 5))
    print(os.lseek(fd, 0, os.SEEK_END), os.write(fd, b"end"), os.pread(fd, 3, 4), os.close(fd))
    print(said(os.read, fd, 1), said(os.open, "none", os.O_RDONLY))
    with os.fdopen(os.open("file", os.O_RDONLY)) as file:
        print(file.read())
    with open("file", opener=lambda path, flags: os.open(path, flags)) as file:
        print(len(file.readlines()))


def naming() -> None:
    path = pathlib.Path("folder") / "inside"
    print(said(path.mkdir), said(path.mkdir, parents=True), said(path.mkdir))
    (path / "b").write_text("b")
    (path / "a").touch()
    print(
        sorted(os.listdir(path)), sorted(p.name for p in path.iterdir()), len(list(path.glob("*")))
    )
    print(glob.glob("folder/*/a"), [entry.name for entry in os.scandir("folder")])
    print([(sorted(d), sorted(f)) for _, d, f in os.walk("folder")])
    print(path.exists(), path.is_dir(), (path / "b").is_file(), os.path.getsize(path / "b"))
    print(os.access("folder", os.R_OK), os.path.islink(path), (path / "none").exists())
    print(said(os.rename, path / "none", path / "c"), said(os.replace, path / "a", path / "c"))
    print(said(os.rename, src=path / "c", dst=path / "d"), said((path / "d").rename, path / "c"))
    print(
        said(os.symlink, "b", path / "link"),
        os.readlink(path / "link"),
        (path / "link").resolve().name,
    )
    print(said(os.link, path / "b", path / "hard"), os.stat(path / "b").st_nlink)
    print(said(os.rmdir, path), said(os.remove, path / "hard"), said(os.unlink, path=path / "link"))
    print(said(os.truncate, path / "b", 0), said(os.stat, "none"), said(os.stat, path=path) != "")
    print(shutil.copy(path / "b", path / "copied"), shutil.copytree(path, "other"))
    print(
        said(shutil.move, "other", "moved"), said(shutil.rmtree, "moved"), os.path.exists("moved")
    )
    print(said(shutil.rmtree, "none"), said(os.makedirs, "x/y/z"), said(os.removedirs, "x/y/z"))
    print(os.stat in os.supports_fd, os.open in os.supports_dir_fd, os.stat.__name__, open.__name__)
    print(pickle.loads(pickle.dumps(os.stat)) is os.stat, pickle.loads(pickle.dumps(open)) is open)


def formats() -> None:
    with open("data.json", "w") as file:
        json.dump({"a": [1, 2]}, file)
    with open("data.json") as file:
        print(json.load(file))
    with open("data.csv", "w", newline="") as file:
        csv.writer(file).writerows([[1, 2], [3, 4]])
    with open("data.csv", newline="") as file:
        print(list(csv.DictReader(file)))
    with gzip.open("data.gz", "wt") as file:
        file.write("packed")
    with gzip.open("data.gz", "rt") as file:
        print(file.read())
    with zipfile.ZipFile("data.zip", "w") as packed:
        packed.write("data.csv")
        packed.writestr("more", "text")
    with zipfile.ZipFile("data.zip") as packed:
        print(packed.namelist(), packed.read("data.csv"))
    with shelve.open("shelf") as shelf:
        shelf["a"] = 1
    with shelve.open("shelf") as shelf:
        print(dict(shelf))
    with fileinput.input("data.csv") as lines:
        print(list(lines))
    logging.basicConfig(filename="log", format="%(message)s")
    logging.warning("logged")
    logging.shutdown()
    print(pathlib.Path("log").read_text())
    with tempfile.TemporaryDirectory() as folder:
        print(os.path.isdir(folder), os.listdir(folder))
        pathlib.Path(folder, "inside").write_text("x")
    print(os.path.exists(folder))
    with tempfile.NamedTemporaryFile("w+") as temporary:
        temporary.write("temporary")
        temporary.flush()
        print(pathlib.Path(temporary.name).read_text())
    print(os.path.exists(temporary.name))
    with tempfile.TemporaryFile() as unnamed, tempfile.SpooledTemporaryFile(3) as spooled:
        print(unnamed.write(b"12"), unnamed.seek(0), unnamed.read(), spooled.write(b"1234"))
    fd, name = tempfile.mkstemp()
    print(os.write(fd, b"x"), os.close(fd), os.path.getsize(name), os.unlink(name))


def databases() -> None:
    with sqlite3.connect("data.db", detect_types=sqlite3.PARSE_DECLTYPES) as connection:
        connection.row_factory = sqlite3.Row
        print(connection.execute("CREATE TABLE t (a INTEGER, b TEXT)").fetchall())
        print(
            connection.executemany(
                "INSERT INTO t VALUES (?, ?)", ((n, "x") for n in range(4))
            ).rowcount
        )
        print([tuple(row) for row in connection.execute("SELECT * FROM t WHERE a > :a", {"a": 1})])
    cursor = connection.cursor()
    print(
        cursor.execute("SELECT a FROM t").fetchmany(2)[0]["a"],
        cursor.fetchone()[0],
        len(cursor.fetchall()),
    )
    print(
        said(connection.execute, "SELECT nothing"),
        said(connection.execute, "INSERT INTO t VALUES (1)"),
    )
    print(
        connection.in_transaction,
        connection.total_changes,
        isinstance(connection, sqlite3.Connection),
    )
    print(cursor.executescript("CREATE TABLE u (a); INSERT INTO u VALUES (1)") is cursor)
    try:
        with connection:
            connection.execute("INSERT INTO u VALUES (2)")
            raise KeyError("undone")
    except KeyError:
        print([row[0] for row in connection.execute("SELECT a FROM u")])
    print(connection.execute("PRAGMA busy_timeout = 70").fetchone()[0])
    copy = sqlite3.connect(":memory:")
    connection.backup(copy)
    print(copy.execute("SELECT count(*) FROM t").fetchone(), connection.close(), copy.close())
    print(said(connection.execute, "SELECT 1"), said(sqlite3.connect, "none/none.db"))


def main() -> None:
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for part in (opening, naming, formats, databases):
            print(part.__name__)
            part()
        os.chdir(before)


if __name__ == "__main__":
    main()
