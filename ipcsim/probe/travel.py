"""How the probe gets into the children that multiprocessing starts as new interpreters.

Spawned children and the children of the fork server unpickle their preparation data before they
import the main module. An entry of ours is among it, and its unpickling loads the package from its
place and starts recording. Pickled is a call of the builtin ``exec``, so that nothing of ours need
be importable in the child. The fork server itself gets the instruments before it preloads modules,
so that locks made while preloading are instrumented, and records nothing.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from functools import cache, wraps

from ipcsim.probe import install as instruments
from ipcsim.probe import output, reaped, recorder, temporary
from ipcsim.probe.instruments.callers import frame_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.process_ends import watch_for_failure
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_KEY = "ipcsim"
_CONTROL = "ipcsim.probe.control.install"
_SERVER = "from multiprocessing.forkserver import main;"
_LAUNCHER = "multiprocessing.popen_forkserver"
_SPAWNING = ("multiprocessing.spawn", "loky.backend.spawn", "joblib.externals.loky.backend.spawn")
"""Who prepares children that unpickle their data. loky starts workers as multiprocessing does, by
a command of its own; scikit-learn and others run theirs by it."""

# A new interpreter. One that can't load the probe (it is older, the folder is gone) goes unwatched.
_LOAD = """\
import sys
from _frozen_importlib_external import MAGIC_NUMBER
from marshal import loads
written, sys.dont_write_bytecode = sys.dont_write_bytecode, False
try:
    if "ipcsim" not in sys.modules:
        try:
            with open(settings["directory"] + "/probe", "rb", 0) as file:
                if file.read(len(MAGIC_NUMBER)) == MAGIC_NUMBER:
                    size = int.from_bytes(file.read(4), "little")
                    code, where = loads(file.read(size))
                    finder = type(sys)("ipcsim.probe.bundled")
                    exec(code, vars(finder))
                    sys.modules[finder.__name__] = finder
                    finder.Finder(file.fileno(), where).load()
        except (OSError, EOFError, ValueError, TypeError):
            pass
        if "ipcsim" not in sys.modules:
            exec(search)
    from ipcsim.probe.travel import arrive
    arrive(**settings)
except (ImportError, OSError, TypeError):
    sys.modules.pop("ipcsim", None)
finally:
    sys.dont_write_bytecode = written
"""
# A child of a fork server that has loaded us. Each name here costs the child a copied page.
_LOADED = """\
import sys
if "ipcsim" in sys.modules:
    sys.modules["ipcsim.probe.travel"].arrive_loaded(settings)
"""
# Needed by few children, so not compiled by all.
_SEARCH = """\
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import spec_from_file_location
spec = spec_from_file_location(
    "ipcsim", root + "/ipcsim/__init__.py", submodule_search_locations=[root + "/ipcsim"])
sys.modules["ipcsim"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["ipcsim"])
"""

_EXECUTABLES = sys.executable, os.fsencode(sys.executable)
_others: list[Any] = []
"""What else this process has started children with, or a fork server: another Python has another
bytecode, and gets the source."""
_served: list[bool] = []
"""Not empty: this process's fork server has been told to load us."""
_session: dict[str, Any] = {}


def install(directory: str, watched: list[str]) -> None:
    """Let children be watched in the session of ``directory`` too."""
    if not _session:
        for module in _SPAWNING:
            when_imported(module, _instrument_spawn)
        when_imported("multiprocessing.util", _instrument_launch)
    _session.update(directory=directory, watched=watched)


def arrive(
    directory: str,
    watched: list[str],
    parent: str | None = None,
    lineage: str = "",
    name: str = "",
    control: dict[str, Any] | None = None,
) -> None:
    """In the child: install the instruments and, where there is a parent, begin to record."""
    if control is not None:
        from ipcsim.probe.control.install import install as take_control

        take_control(**control)
    if parent:
        recorder.begin(
            directory, parent=parent, lineage=lineage, watched=watched, facts={"name": name}
        )
    if parent or control is None:
        instruments.install()
        if parent:
            watch_for_failure()
        else:
            instruments.preload()
        reaped.install()
        temporary.install()
    install(directory, watched)
    output.install()


def arrive_loaded(settings: dict[str, Any]) -> None:
    """In a child whose fork server has loaded us. If anything is missing it goes unwatched."""
    _served.append(True)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        arrive(**settings)
    except (ImportError, OSError, TypeError):
        sys.modules.pop("ipcsim", None)
    finally:
        sys.dont_write_bytecode = written


class _Traveller:
    """In the preparation data: becomes a call of ``arrive`` in the child."""

    def __init__(self, source: str, names: dict[str, Any]) -> None:
        self._source, self._names = source, names

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (self._source if _others else _Compiled(self._source), self._names)


class _Compiled:
    """Code. To compile it takes a child five times as long as to read it compiled."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __reduce__(self) -> tuple[Any, ...]:
        return marshal.loads, (_compiled(self._source),)


@cache
def _compiled(source: str) -> bytes:
    return marshal.dumps(compile(source, "<string>", "exec"))


def _names(settings: dict[str, Any]) -> dict[str, Any]:
    """What a new interpreter needs to load us."""
    return {
        "root": ROOT,
        "search": _SEARCH,
        "settings": settings,
    }


def _instrument_spawn(spawn: Any) -> None:
    real = spawn.get_preparation_data

    @wraps(real)
    def get_preparation_data(name: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        try:
            data: dict[str, Any] = real(name, *arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise
        if recorder.recording() or _controlled():
            parent, _ = recorder.identity()
            with suppress(OSError, ImportError, ValueError):
                from ipcsim.probe import bundle

                bundle.write(_session["directory"])
            settings = {**_session, "parent": parent, "lineage": recorder.next_lineage()}
            if _controlled():
                settings["control"] = sys.modules[_CONTROL].travelling()
            settings["name"] = name
            _look_at(getattr(spawn, "get_executable", str)())
            if _served and frame_above(1).f_globals.get("__name__") == _LAUNCHER:
                data[_KEY] = _Traveller(_LOADED, {"settings": settings})
            else:
                data[_KEY] = _Traveller(_LOAD, _names(settings))
        return data

    spawn.get_preparation_data = get_preparation_data


def _look_at(python: Any) -> None:
    if python not in _EXECUTABLES:
        _others.append(python)


def _controlled() -> bool:
    return _CONTROL in sys.modules


def _instrument_launch(util: Any) -> None:
    real = util.spawnv_passfds

    @wraps(real)
    def spawnv_passfds(path: Any, args: Any, passfds: Any) -> int:
        if recorder.recording() and any(str(a).startswith(_SERVER) for a in args):
            before = f"exec({_LOAD!r}, {_names(_session)!r}); "
            _served.append(True)
            args = [before + a if str(a).startswith(_SERVER) else a for a in args]
        _look_at(path)
        pid: int = real(path, args, passfds)
        return pid

    util.spawnv_passfds = spawnv_passfds
