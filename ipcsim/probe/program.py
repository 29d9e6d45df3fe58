"""The watched program's main module, run as the interpreter runs a script or ``-m MODULE``."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from functools import partial
from types import CodeType, ModuleType

from ipcsim.probe import (
    giving_way,
    install,
    launch_settings,
    output,
    reaped,
    recorder,
    start_method,
    temporary,
    travel,
)
from ipcsim.probe.type_words import Any


def prepare(directory: str, loaded: frozenset[str]) -> Callable[[], Any]:
    """Make this interpreter look as if it had been started on the program, and watch it.

    ``loaded`` are the modules that are loaded wherever Python starts.
    Returns what runs the program; calling it adds no frame of ours.
    """
    settings = launch_settings.read(directory)
    if settings["nice"] and hasattr(os, "nice"):
        os.nice(settings["nice"])
    control = settings.get("control")
    if control:
        from ipcsim.probe.control.install import install as take_control

        take_control(control["address"], control["secret"], ignoring=control.get("ignoring", False))
    if not control or control["recorded"]:
        recorder.begin(
            directory,
            watched=settings["watch"],
            facts={
                "name": "MainProcess",
                "library": os.path.dirname(os.path.abspath(os.__file__)),
                "start_method": settings["start_method"],
            },
        )
        install.install()
        reaped.install()
        temporary.install()
    # Registered before anything of the program's, so it runs after everything of the program's.
    atexit.register(_say_exit)
    travel.install(directory, settings["watch"])
    output.install()
    if settings["start_method"]:
        start_method.make_default(settings["start_method"])
    program, module = settings["program"], settings["module"]
    sys.orig_argv[:] = [
        *sys.orig_argv[: sys.orig_argv.index(directory) - 1],
        *(["-m", module] if module else [program]),
        *settings["args"],
    ]
    sys.argv[:] = ["-m" if module else program, *settings["args"]]
    main = ModuleType("__main__")
    sys.modules["__main__"] = main
    vars(main).update(__annotations__={}, __builtins__=sys.modules["builtins"])
    if module:
        run = _run_module(module, settings["parameters"])
    else:
        run = _run_file(program, vars(main), settings["parameters"])
    giving_way.to_modules_in(sys.path[0], loaded)
    if control:
        _begin_controlled(control, program)
    return run


def _begin_controlled(control: dict[str, Any], program: str | None) -> None:
    """Wait for permission to begin; in a template, return once for each execution."""
    from ipcsim.probe.control import asking

    if control["template"]:
        from ipcsim.probe.control import template

        template.preload(program)
        template.serve(control["address"], control["secret"])
        _leave_at_once.append(True)
    asking.begin_process("main")


_leave_at_once: list[bool] = []
"""An execution forked from a template ends without taking its interpreter down, which nobody
sees and which takes as long as starting a process."""


def leave(error: BaseException | None) -> None:
    """The main module has ended, by an exception or not."""
    from ipcsim.probe.instruments.tracebacks import drop_frame

    code = _exit_code(error)
    _exit_codes.append(code)
    # What isn't recorded doesn't load what records: that takes longer than many a program.
    if recorder.recording():
        _record_end(error, code)
    if error is not None:
        if not isinstance(error, SystemExit) and "ipcsim.probe.control.processes" in sys.modules:
            sys.modules["ipcsim.probe.control.processes"].say_raised(error)
        drop_frame(error)
        if sys.version_info < (3, 11):
            _filter_printed(error)
    if "file" in _run_as:
        # As the interpreter does when a script is through.
        for name in ("__file__", "__cached__"):
            _run_as["file"].pop(name, None)


def _record_end(error: BaseException | None, code: int) -> None:
    from ipcsim.probe.instruments.life import say_raised, say_returned, set_exit_code

    recorder.look_at_globals()
    set_exit_code(code)
    if error is None or isinstance(error, SystemExit):
        say_returned()
    else:
        say_raised(error)


_exit_codes: list[int] = []
_run_as: dict[str, dict[str, Any]] = {}


def _say_exit() -> None:
    if _exit_codes and recorder.recording():
        from ipcsim.probe.instruments.life import say_exit

        say_exit(_exit_codes[-1])
    if "ipcsim.probe.control.asking" in sys.modules:
        code = _exit_codes[-1] if _exit_codes else 0
        if _leave_at_once:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
        sys.modules["ipcsim.probe.control.asking"].end(code)
        if _leave_at_once:
            os._exit(code & 0xFF)


def _exit_code(error: BaseException | None) -> int:
    if error is None:
        return 0
    if isinstance(error, SystemExit):
        code = error.code
        if code is None:
            return 0
        return code & 0xFF if isinstance(code, int) else 1
    return -2 if isinstance(error, KeyboardInterrupt) and os.name == "posix" else 1


def _filter_printed(error: BaseException) -> None:
    """3.10 puts our frame back when the exception goes on: take it out of what is printed."""
    kept, hook = error.__traceback__, sys.excepthook

    def without_ours(kind: Any, value: Any, traceback: Any) -> None:
        # What keeps the traceback keeps what was in its frames, to the interpreter's very end.
        sys.excepthook = hook
        hook(kind, value.with_traceback(kept), kept)

    sys.excepthook = without_ours


def _run_file(program: str, main: dict[str, Any], parameters: dict[str, Any]) -> Callable[[], Any]:
    path = os.path.join(os.getcwd(), program)
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        import runpy

        _set_first_path(path)
        return partial(runpy._run_module_as_main, "__main__", False)  # type: ignore[attr-defined]
    _set_first_path(os.path.dirname(os.path.realpath(path)))
    from importlib.machinery import SourceFileLoader

    main.update(__file__=path, __cached__=None, __loader__=SourceFileLoader("__main__", path))
    _run_as["file"] = main
    with open(path, "rb") as file:
        source = file.read()
    try:
        return partial(exec, _code_of(source, path, parameters), main)
    except SyntaxError as error:
        return partial(_raise, error.with_traceback(None))


def _raise(error: BaseException) -> None:
    """Raise where exceptions of the program's are raised."""
    raise error


def _code_of(source: bytes | str, path: str, parameters: dict[str, Any]) -> CodeType:
    if parameters:
        from ipcsim.probe.defaults import with_defaults

        return with_defaults(source, path, parameters)
    return compile(source, path, "exec", dont_inherit=True)


def _set_first_path(path: str) -> None:
    if not getattr(sys.flags, "safe_path", False) and not sys.flags.isolated:
        sys.path[0] = path


def _run_module(module: str, parameters: dict[str, Any]) -> Callable[[], Any]:
    import runpy

    _set_first_path(os.getcwd())
    if parameters:
        real = runpy._get_module_details  # type: ignore[attr-defined]

        def details(name: str, *arguments: Any) -> tuple[str, Any, CodeType]:
            found, spec, code = real(name, *arguments)
            source = spec.loader.get_source(found)
            return found, spec, _code_of(source, code.co_filename, parameters)

        runpy._get_module_details = details  # type: ignore[attr-defined]
    return partial(runpy._run_module_as_main, module)  # type: ignore[attr-defined]
