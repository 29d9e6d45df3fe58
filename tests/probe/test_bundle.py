"""Spawned children take the probe from one file; without it they import it as ever."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ipcsim import events
from ipcsim.probe import bundle
from ipcsim.run.interpreters import find_interpreters
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Output

PROGRAM = """
    import multiprocessing as mp, os, sys

    def work(queue):
        import ipcsim.events
        loader = type(sys.modules["ipcsim.probe.recorder"].__loader__).__name__
        kind = type(ipcsim.events.Kind.PUT).__name__
        queue.put((loader, kind, sys.modules["ipcsim.probe.ring"].__file__))

    if __name__ == "__main__":
        context = mp.get_context("spawn")
        directory = sys.modules["ipcsim.probe.travel"]._session["directory"]
        {before}
        queue = context.SimpleQueue()
        worker = context.Process(target=work, args=(queue,))
        worker.start()
        print(*queue.get(), sep="|")
        worker.join()
"""


PYTHONS = [found.path for found in find_interpreters()]


def run(path: Path, before: str, python: str | None = None) -> tuple[list[str], Session]:
    """What the worker says, and the session."""
    path.write_text(textwrap.dedent(PROGRAM).format(before=before))
    said = b""
    with Session(RunSpec(path, python=python)) as session:
        while session.running:
            said += b"".join(m.data for m in session.poll() if isinstance(m, Output))
            session.wait(0.05)
    return said.decode().strip().split("|"), session


@pytest.mark.parametrize("python", PYTHONS)
def test_a_spawned_child_takes_the_probe_from_the_bundle(tmp_path: Path, python: str) -> None:
    (loader, kind, file), session = run(tmp_path / "p.py", "pass", python)
    assert loader == "Finder"
    assert kind == "Kind"  # the program's own import is of the real thing
    assert Path(file).name == "ring.py"
    assert [p.name for p in session.trace.processes] == ["MainProcess", "SpawnProcess-1"]


def test_a_child_that_another_python_runs_is_watched_too(tmp_path: Path) -> None:
    """It might not understand what this one has compiled. On disk it is the same one here."""
    other = tmp_path / "other"
    other.symlink_to(sys.executable)
    uncompiled = "sys.modules['ipcsim.probe.travel']._compiled = None"
    before = f"context.set_executable({str(other)!r}); {uncompiled}"
    (loader, kind, _file), session = run(tmp_path / "p.py", before)
    assert (loader, kind) == ("Finder", "Kind")
    assert len(session.trace.processes) == 2


@pytest.mark.parametrize("content", ["b'no bundle'", "MAGIC_NUMBER + b'cut off'"])
def test_without_a_whole_bundle_it_is_watched_all_the_same(tmp_path: Path, content: str) -> None:
    before = (
        "from importlib.util import MAGIC_NUMBER; "
        f'open(os.path.join(directory, "probe"), "wb").write({content})'
    )
    (loader, kind, _file), session = run(tmp_path / "p.py", before)
    assert (loader, kind) == ("SourceFileLoader", "Kind")
    assert len(session.trace.processes) == 2


LOADED = """
    import multiprocessing as mp, sys

    def work(queue):
        queue.put(" ".join(sorted(sys.modules)))

    if __name__ == "__main__":
        context = mp.get_context("spawn")
        queue = context.SimpleQueue()
        for _ in range(2):
            worker = context.Process(target=work, args=(queue,))
            worker.start()
            said = queue.get()
            worker.join()
        print(said)
"""


@pytest.mark.parametrize("python", PYTHONS)
def test_a_spawned_child_loads_nothing_more_of_the_standard_library(
    tmp_path: Path, python: str
) -> None:
    """To look for a module and to run it takes up to milliseconds."""
    assert loaded_more(LOADED, tmp_path, python) == {"gc", "mmap"}


@pytest.mark.parametrize("python", PYTHONS)
def test_no_process_loads_large_modules_for_the_probe(tmp_path: Path, python: str) -> None:
    """Each fork copies the tables of the memory that they take."""
    more = loaded_more("import multiprocessing.queues, sys; print(*sys.modules)", tmp_path, python)
    assert "mmap" in more
    assert {name.split(".")[0] for name in more} <= {
        "__future__",
        "gc",
        "importlib",
        "mmap",
        "termios",
    }


def loaded_more(text: str, tmp_path: Path, python: str) -> set[str]:
    """The modules, of all that a program prints, that it has only where it is watched."""
    program = tmp_path / "p.py"
    program.write_text(textwrap.dedent(text))
    bare = subprocess.run([python, str(program)], capture_output=True, text=True, check=True)
    said = b""
    with Session(RunSpec(program, python=python)) as session:
        while session.running:
            said += b"".join(m.data for m in session.poll() if isinstance(m, Output))
            session.wait(0.05)
    more = {name for name in said.decode().split() if not name.startswith("ipcsim")}
    return more - set(bare.stdout.split())


def test_what_is_asked_of_modules_that_children_do_without() -> None:
    plain: dict[str, Any] = {}
    exec(bundle.plain_words(), plain)
    asked = set()
    for file in Path(bundle.__file__).parent.rglob("*.py"):
        imports = [n for n in ast.parse(file.read_text()).body if isinstance(n, ast.ImportFrom)]
        asked |= {a.name for n in imports if n.module == "__future__" for a in n.names}
    assert "annotations" in asked
    assert asked <= plain.keys()


def test_modules_come_after_what_they_import() -> None:
    sources = {
        "root": "from pack import b\nimport other",
        "pack": "",
        "pack.a": "import outside",
        "pack.b": "from pack.a import x",
        "pack.c": "",
        "other": "",
    }
    modules: dict[str, bundle.Bundled] = {
        name: (name, ["folder"] if name == "pack" else None, compile(text, name, "exec"))
        for name, text in sources.items()
    }
    order = bundle.in_order(modules, ["root"], {"other"})
    assert order == ["pack", "pack.a", "pack.b", "root"]


def test_plain_words_say_what_events_say() -> None:
    plain: dict[str, Any] = {}
    exec(bundle.plain_words(), plain)
    for name, value in vars(events).items():
        if name.isupper() and name not in ("RECORD", "TYPE_CHECKING"):
            assert plain[name] == value
    for kind in events.Kind:
        assert type(getattr(plain["Kind"], kind.name)) is int
        assert getattr(plain["Kind"], kind.name) == kind
    names = {name for name in vars(events.ObjectKind) if name.isupper()}
    assert {name for name in vars(plain["ObjectKind"]) if name.isupper()} == names
    assert all(
        getattr(plain["ObjectKind"], name) == getattr(events.ObjectKind, name) for name in names
    )
