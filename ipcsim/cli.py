"""The command line: no command opens the window; run, explore, replay, open, lessons, ...

What belongs to a command is imported when it is chosen, so that ``ipcsim run`` never loads Qt.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ipcsim import __version__, language
from ipcsim.language import _

if TYPE_CHECKING:
    from ipcsim.run.spec import RunSpec

USAGE_ERROR = 2


class UsageError(Exception):
    """The arguments don't make sense; the message says what to do."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ipcsim",
        description=_(
            "Makes inter-process communication visible: runs real programs in real processes "
            "and shows every message, lock and shared value. Without a command it opens the "
            "window."
        ),
    )
    parser.add_argument("--version", action="version", version=f"ipcsim {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    run = commands.add_parser(
        "run",
        help=_("watch a program without a window"),
        usage="ipcsim run [OPTIONS] (PROGRAM | lesson:NAME | -m MODULE) [ARG ...]",
    )
    _add_program(run)
    run.add_argument("--timeout", type=float, metavar="SECONDS", help=_("end it after so long"))
    run.add_argument("--record", type=Path, metavar="FILE", help=_("keep a recording"))
    run.add_argument(
        "--without-values",
        action="store_true",
        help=_("the recording is written at the end, without arguments and values"),
    )
    run.add_argument("--report", type=Path, metavar="FILE", help=_("write a JSON report"))

    _add_explore(commands)

    replay = commands.add_parser("replay", help=_("repeat a schedule on real processes"))
    replay.add_argument("schedule", type=Path, metavar="FILE")
    replay.add_argument(
        "--anyway",
        action="store_true",
        help=_("also for another version of the program: as far as it goes"),
    )
    replay.add_argument("--python", metavar="PATH", help=_("the Python that runs the program"))

    show = commands.add_parser("open", help=_("open a recording, program or lesson in the window"))
    show.add_argument("what", metavar="FILE", help=_("a recording, a program, or lesson:NAME"))
    show.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG")

    commands.add_parser("lessons", help=_("list the gallery"))

    doctor = commands.add_parser("doctor", help=_("check the installation"))
    doctor.add_argument(
        "--lessons", action="store_true", help=_("run every lesson: does its flaw show here?")
    )

    doctor.add_argument("--start-method", choices=["fork", "spawn", "forkserver"])

    export = commands.add_parser("export", help=_("a recording in another format"))
    export.add_argument("recording", type=Path)
    export.add_argument(
        "output",
        type=Path,
        help=_(
            ".csv, .md (interleaving), .json (Perfetto), or .ipcsim: the same without arguments "
            "and values"
        ),
    )
    return parser


def _add_program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=int, metavar="N", help=_("how many worker processes main() gets")
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=_("another default of a parameter of main(); repeatable"),
    )
    parser.add_argument("--start-method", choices=["fork", "spawn", "forkserver"])
    parser.add_argument("--python", metavar="PATH", help=_("the Python that runs the program"))
    parser.add_argument("-m", dest="module", metavar="MODULE", help=_("run a module"))
    parser.add_argument("program", nargs="?", metavar="PROGRAM")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG")


def _add_explore(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explore = commands.add_parser(
        "explore",
        help=_("search all interleavings for those that fail"),
        usage="ipcsim explore [OPTIONS] (PROGRAM | lesson:NAME | -m MODULE) [ARG ...]",
    )
    from ipcsim.explore.options import add_options

    _add_program(explore)
    explore.set_defaults(timeout=None, record=None, without_values=False)
    add_options(explore)


def command(arguments: Sequence[str]) -> int:
    """Carry out one call of ipcsim.

    Args:
        arguments: without the program's name.

    Returns:
        The exit code: the watched program's own; 124 after a timeout; 2 for wrong usage.
    """
    language.use()
    parser = _parser()
    chosen = parser.parse_args(_module_last(list(arguments)))
    try:
        if chosen.command == "run":
            from ipcsim.run.terminal import run_in_terminal

            return run_in_terminal(_specification(chosen), chosen.report, chosen.without_values)
        if chosen.command in ("explore", "replay"):
            from ipcsim.run.leftovers import remove_leftovers

            for sentence in remove_leftovers():
                print(sentence, file=sys.stderr)
        if chosen.command == "explore":
            return _explore(chosen)
        if chosen.command == "replay":
            from ipcsim.explore.replaying import replay_in_terminal

            return replay_in_terminal(chosen.schedule, chosen.anyway, chosen.python)
        if chosen.command == "lessons":
            from ipcsim.run.terminal import list_lessons

            return list_lessons()
        if chosen.command == "doctor":
            from ipcsim.run.doctor import examine, rehearse_all

            return rehearse_all(chosen.start_method) if chosen.lessons else examine()
        if chosen.command == "export":
            from ipcsim.export.formats import export_recording

            return export_recording(chosen.recording, chosen.output)
    except (UsageError, OSError, ValueError) as error:
        print(f"ipcsim: {error}", file=sys.stderr)
        return USAGE_ERROR
    if chosen.command == "open":
        return _open_window(chosen.what, chosen.arguments)
    return _open_window(None, [])


def _module_last(arguments: list[str]) -> list[str]:
    """Arguments in which everything after ``-m MODULE`` is the module's own.

    argparse would take a module's first argument for PROGRAM and its options for ours.
    """
    if arguments[:1] in (["run"], ["explore"]) and "-m" in arguments:
        at = arguments.index("-m") + 2
        if at > len(arguments):
            return arguments
        before = arguments[1:at]
        takes_value = {"--workers", "--set", "--start-method", "--timeout"}
        takes_value |= {"--record", "--report", "--python", "--strategy", "--seed", "--time"}
        takes_value |= {"--schedules", "--preemptions", "--depth", "--steps", "--jobs"}
        takes_value |= {"--outcome", "--save-schedule", "--like"}
        words = iter(before)
        for word in words:
            if word == "-m":
                return [*arguments[:at], "-", *arguments[at:]]
            if word in takes_value:
                next(words, None)
            elif not word.startswith("-"):
                break
    return arguments


def _explore(chosen: argparse.Namespace) -> int:
    from ipcsim.explore.options import settings_of
    from ipcsim.explore.settings import Program
    from ipcsim.explore.terminal import explore_in_terminal
    from ipcsim.run.lesson import expected_of
    from ipcsim.run.lessons import find_variant
    from ipcsim.run.programs import checked_parameters, file_of

    spec = _specification(chosen)
    if spec.module is not None and spec.python is None:
        file_of(spec.module)  # which says if there is none
    name = str(chosen.program) if spec.module is None else spec.module
    expected = None
    wanted = None
    if chosen.like is not None:
        from ipcsim.run.sought import request_of

        wanted = request_of(chosen.like)
        if wanted.is_whole and chosen.save_schedule is not None:
            raise UsageError(_("--save-schedule keeps one schedule: name one finding, REPORT:N"))
        spec = wanted.findings()[0].alike(spec)
    if spec.lesson is not None:
        found = find_variant(spec.lesson)
        expected = expected_of(found)
        name = f"lesson:{found.lesson.name}/{found.variant.name}"
        every = [] if wanted is None else wanted.findings()
        small = {} if any(one.is_in_any_order for one in every) else found.lesson.explore
        own = {k: v for k, v in small.items() if k not in spec.parameters}
        spec.parameters.update(own)
        if own:
            told = ", ".join(f"{k} = {v}" for k, v in own.items())
            print(_("explored with {parameters}").format(parameters=told), file=sys.stderr)
    settings = settings_of(chosen)
    checked_parameters(spec.program, spec.module, spec.parameters)
    program = Program(spec, expected, settings.outputs, settings.early)
    if wanted is not None:
        from ipcsim.run.like_terminal import search_all_in_terminal, search_in_terminal

        if wanted.is_whole:
            return search_all_in_terminal(program, name, wanted, settings)
        return search_in_terminal(program, name, wanted.findings()[0], settings)
    return explore_in_terminal(program, name, settings)


def _specification(chosen: argparse.Namespace) -> RunSpec:
    from ipcsim.run.interpreters import examine
    from ipcsim.run.lessons import find_variant
    from ipcsim.run.spec import RunSpec

    parameters: dict[str, str] = {}
    for assignment in chosen.set:
        name, equals, value = assignment.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(_("--set wants NAME=VALUE, not {what!r}").format(what=assignment))
        parameters[name] = value
    if chosen.workers is not None:
        if chosen.workers < 1:
            raise UsageError(_("--workers wants a number of at least 1"))
        parameters["workers"] = str(chosen.workers)
    if chosen.timeout is not None and not chosen.timeout > 0:
        raise UsageError(_("--timeout wants a number of seconds above 0"))
    if chosen.python is not None and not Path(chosen.python).exists():
        raise UsageError(_("there is no Python at {path}").format(path=chosen.python))
    if chosen.python is not None and examine(chosen.python) is None:
        raise UsageError(_("{path} is no CPython 3.10 to 3.13.").format(path=chosen.python))
    if chosen.without_values and chosen.record is None:
        raise UsageError(_("--without-values says how to --record"))
    for file in (chosen.record, chosen.report):
        if file is not None and not file.absolute().parent.is_dir():
            raise UsageError(_("there is no folder {path}").format(path=file.absolute().parent))
        if file is not None and file.is_dir():
            raise UsageError(_("{path} is a folder").format(path=file))

    program: Path | None = None
    lesson: str | None = None
    watch: list[str] = []
    if chosen.module is None:
        if chosen.program is None:
            raise UsageError(_("which program? (ipcsim run PROGRAM, or -m MODULE)"))
        if chosen.program.startswith("lesson:"):
            lesson = chosen.program.removeprefix("lesson:")
            found = find_variant(lesson)
            program, watch = found.program, list(found.lesson.watch)
        else:
            program = Path(chosen.program)
    spec = RunSpec(
        program=program,
        module=chosen.module,
        args=list(chosen.arguments),
        parameters=parameters,
        start_method=chosen.start_method,
        python=chosen.python,
        timeout=chosen.timeout,
        record=chosen.record,
        terminal="inherit",
        watch=watch,
        lesson=lesson,
    )
    spec.check()
    if chosen.record is not None:
        _check_record(chosen.record)
    return spec


def _check_record(file: Path) -> None:
    """Raise OSError or UsageError if there can't be a recording: it is read while it grows."""
    if file.exists() and not file.is_file():
        raise UsageError(_("{path} is no ordinary file").format(path=file))
    file.open("ab").close()


def _open_window(what: str | None, arguments: list[str]) -> int:
    lesson = what.removeprefix("lesson:") if what and what.startswith("lesson:") else None
    file = Path(what) if what and lesson is None else None
    if file is not None and not file.is_file():
        sentence = _("there is no file {path}").format(path=file)
        print(f"ipcsim: {sentence}", file=sys.stderr)
        return USAGE_ERROR
    # What is loaded now stays. The window turns the collector on again.
    gc.disable()
    try:
        from ipcsim.gui.application import open_window
    except ImportError as error:
        from ipcsim.run.doctor import explain_missing_library

        print(f"ipcsim: {explain_missing_library(error)}", file=sys.stderr)
        return 1
    if file is not None and file.suffix != ".py":
        return open_window(recording=file)
    return open_window(lesson=lesson, program=file, arguments=arguments)
