"""Run a program under the probe, with nothing of ipcsim beside it but a reader of the rings."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from ipcsim import events
from ipcsim.events import FIELD, RECORD, Kind
from ipcsim.probe import launch_settings, ring
from ipcsim.supervisor.drain import RingFile, RingReader

LAUNCH = Path(ring.__file__).with_name("launch.py")


class Watching:
    """A session's directory, and a thread that drains the rings in it."""

    def __init__(self, keep: bool = True) -> None:
        """``keep``: collect the records; else they are only taken out of the rings."""
        # In memory, as a session's is: a disk's pages cost more to write to.
        memory = Path("/dev/shm")
        self._folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.directory = Path(self._folder.name)
        self.rings: dict[str, list[bytes]] = {}
        self._keep = keep
        self.parents: dict[str, str] = {}
        """Of each ring its parent's."""
        self._files: dict[str, RingFile] = {}
        self._readers: list[RingReader] = []
        self._page = ring.make_file(str(self.directory / ring.PAGE_NAME), ring.PAGE_SIZE)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def command(
        self,
        program: Path | str,
        args: Sequence[str] = (),
        start_method: str | None = None,
        python: str = sys.executable,
    ) -> list[str]:
        """The command that runs ``program`` watched. One for each directory."""
        settings = {
            "tty": False,
            "nice": 0,
            "watch": [],
            "start_method": start_method,
            "program": str(program),
            "module": None,
            "args": list(args),
            "parameters": {},
        }
        launch_settings.write(self.directory, settings)
        return [python, str(LAUNCH), str(self.directory)]

    def __enter__(self) -> Watching:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._round()
        self._folder.cleanup()

    def _drain(self) -> None:
        while not self._ended.wait(0.002):
            self._round()

    def _round(self) -> None:
        ring.U64.pack_into(self._page, ring.PAGE_HEARTBEAT, time.perf_counter_ns())
        for name in filter(ring.is_ring_name, os.listdir(self.directory)):
            if name not in self._files:
                with suppress(ValueError):  # not ready yet
                    self._files[name] = RingFile(self.directory / name)
        for file in self._files.values():
            self._readers += file.new()
        for reader in self._readers:
            self.parents[reader.header.name] = reader.header.parent
            while data := reader.take():
                if self._keep:
                    self.rings.setdefault(reader.header.name, []).append(data)


@dataclass(frozen=True)
class Event:
    """A record with its numbers made readable."""

    time: int
    ring: int
    thread: int
    kind: Kind
    object: str
    """Key of the object; empty if none."""
    line: int
    function: str
    span: int
    arg: int

    @property
    def value(self) -> Any:
        """What a token stands for, where that is an int, a constant or a short text."""
        tag, rest = self.arg & 7, self.arg >> 3
        if tag == events.TOKEN_INT:
            return rest
        if tag == events.TOKEN_CONSTANT:
            return events.CONSTANTS[rest]
        if tag == events.TOKEN_SHORT:
            data = (self.arg & (1 << 64) - 1) >> 8
            return data.to_bytes(7, "little")[: rest & 7].decode()
        return None


@dataclass
class Watched:
    """What became of a watched program."""

    code: int
    stdout: str
    stderr: str
    events: list[Event] = field(default_factory=list)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Facts of the first OBJECT of each key."""

    def of(self, *kinds: Kind, key: str | None = None) -> list[Event]:
        """The events of these kinds, in order of time."""
        wanted = [e for e in self.events if e.kind in kinds]
        return [e for e in wanted if key is None or e.object == key]

    def key(self, kind: str) -> str:
        """The key of the one object of a kind."""
        (found,) = [k for k, facts in self.objects.items() if facts["kind"] == kind]
        return found


def run(
    source: str,
    folder: Path,
    *args: str,
    start_method: str | None = None,
    python: str = sys.executable,
    timeout: float = 60,
) -> Watched:
    """Run a program's source watched; raises subprocess.TimeoutExpired."""
    program = folder / "program.py"
    program.write_text(source, encoding="utf-8")
    with Watching() as watching:
        command = watching.command(program, args, start_method, python)
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, cwd=folder, check=False
        )
    return _decode(watching, Watched(done.returncode, done.stdout, done.stderr))


def run_bare(source: str, folder: Path, *args: str, python: str = sys.executable) -> Watched:
    """Run a program's source as it is."""
    program = folder / "program.py"
    program.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [python, str(program), *args],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        check=False,
    )
    return Watched(done.returncode, done.stdout, done.stderr)


def interpreters(version: str) -> list[str]:
    """The Python of a version ("3.12"): ours, or one in PATH or of pyenv; none if there is none."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return [sys.executable]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = shutil.which(f"python{version}")
    if found and "shims" not in found:
        return [found]
    return [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python"))[-1:]]


INTERPRETERS = [found for name in ("3.10", "3.11", "3.12", "3.13") for found in interpreters(name)]
"""Those of all versions that are there."""


class _Numbers:
    """The numbers that a ring, or the ring of its parent, has introduced."""

    def __init__(self, parent: _Numbers | None) -> None:
        self.texts: dict[int, str] = dict(parent.texts) if parent else {}
        self.places: dict[int, tuple[int, str]] = dict(parent.places) if parent else {}
        self.keys: dict[int, str] = dict(parent.keys) if parent else {}


def _decode(watching: Watching, result: Watched) -> Watched:
    rings = watching.rings
    numbers: dict[str, _Numbers] = {}
    ordered = sorted(rings, key=lambda name: int(name.rsplit("-", 1)[1], 16))
    for number, name in enumerate(ordered):
        pieces: dict[int, dict[int, bytes]] = {}
        known = _Numbers(None)
        for record in RECORD.iter_unpack(b"".join(rings[name])):
            moment, arg, obj, place, kind, span, thread, _ = record
            if kind == Kind.TEXT:
                parts = pieces.setdefault(obj, {})
                parts[place >> 16] = struct.pack("<Qq", moment, arg)
                text = b"".join(parts[part] for part in sorted(parts))[: place & 0xFFFF]
                known.texts[obj] = text.decode("utf-8", "replace")
            elif kind == Kind.HELLO:
                parent = watching.parents[name]
                if name not in numbers and parent in numbers:
                    before, known = known, _Numbers(numbers[parent])
                    known.texts.update(before.texts)
                numbers[name] = known
            elif kind == Kind.PLACE:
                fields = known.texts[arg].split(FIELD)
                known.places[obj] = int(fields[1]), fields[5]
            elif kind == Kind.OBJECT:
                facts = json.loads(known.texts[arg])
                known.keys[obj] = facts["key"]
                result.objects.setdefault(facts["key"], facts)
            else:
                line, function = known.places.get(place, (0, ""))
                key = known.keys.get(obj, "")
                result.events.append(
                    Event(moment, number, thread, Kind(kind), key, line, function, span, arg)
                )
    result.events.sort(key=lambda event: event.time)
    return result
