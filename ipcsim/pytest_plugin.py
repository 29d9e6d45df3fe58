"""``@pytest.mark.explore``: a test passes if no interleaving fails.

The test's body is the program: it starts its processes or threads and asserts what it wants. It is
run again and again under control, on real processes of its own, not in pytest's. With
``program=PATH`` a file is explored instead, and the body isn't run. See README.md, "In tests".
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import io
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ipcsim.explore.finished import Finished
    from ipcsim.explore.settings import Program, Settings

_PROGRAM = '''"""Runs {test} of {file} (sha256 {sha256})."""

import importlib
import sys

sys.path[:0] = {paths!r}


def main():
    getattr(importlib.import_module({module!r}), {test!r})()


if __name__ == "__main__":
    main()
'''
_OPTIONS = {"strategy", "seed", "time", "schedules", "preemptions", "depth", "jobs", "steps"}
_OTHERS = {"outcome", "early_timeouts", "program", "parameters", "exhaustive", "start_method"}


@functools.cache
def _folder_of_its_own() -> Path:
    """Where there is no cache; it stays, as that would, for the replay."""
    return Path(tempfile.mkdtemp(prefix="ipcsim-pytest-"))


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        "explore(program=None, parameters={}, time=20, strategy='staged', schedules=None, "
        "preemptions=None, depth=3, seed=0, steps=10000, jobs=1, outcome='failures', "
        "early_timeouts=False, start_method=None, exhaustive=False): run the test's body, or a "
        "program, in all its interleavings",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Explore a marked test in place of calling it."""
    marker = pyfuncitem.get_closest_marker("explore")
    if marker is None:
        return None
    _Exploring(pyfuncitem, dict(marker.kwargs)).check()
    return True


@dataclass
class _Exploring:
    """One marked test."""

    item: pytest.Function
    options: dict[str, Any]

    def check(self) -> None:
        """Explore, and fail if anything fails."""
        from ipcsim.control.executor import ControlError
        from ipcsim.explore.explorer import explore, verdict
        from ipcsim.explore.finished import finish
        from ipcsim.explore.options import STRATEGIES
        from ipcsim.probe.defaults import ParameterError
        from ipcsim.run.leftovers import remove_leftovers

        unknown = self.options.keys() - _OPTIONS - _OTHERS
        if unknown:
            pytest.fail(f"explore has no option {', '.join(sorted(unknown))}", pytrace=False)
        strategy = self.options.get("strategy", STRATEGIES[0])
        if strategy not in STRATEGIES:
            pytest.fail(f"strategy is one of {', '.join(STRATEGIES)}", pytrace=False)
        for sentence in remove_leftovers():
            self.item.add_report_section("call", "ipcsim", sentence)
        program, settings = self._program(), self._settings()
        try:
            state = explore(program.executor, settings, fresh=program.fresh)
            finished = finish(state, program.forked, program.fresh)
        except (ControlError, ParameterError) as error:
            pytest.fail(str(error), pytrace=False)
        self.item.add_report_section("call", "ipcsim", verdict(state))
        if state.interrupted:
            raise KeyboardInterrupt
        if finished.minimised is not None:
            pytest.fail(self._failure(finished, program), pytrace=False)
        if state.trouble or not state.tally.distinct:
            pytest.fail(state.trouble or "no run could be judged", pytrace=False)
        if self.options.get("exhaustive") and not state.exhausted:
            pytest.fail(f"not explored exhaustively: {verdict(state)}", pytrace=False)

    def _settings(self) -> Settings:
        from ipcsim.explore.settings import Settings

        given = {key: value for key, value in self.options.items() if key in _OPTIONS}
        given["time_s"] = float(given.pop("time", 20))
        given.setdefault("jobs", 1)
        return Settings(
            first=True,
            outputs=self.options.get("outcome") == "stdout",
            early=bool(self.options.get("early_timeouts")),
            **given,
        )

    def _program(self) -> Program:
        from ipcsim.explore.settings import Program
        from ipcsim.run.spec import RunSpec

        path = self.options.get("program")
        file = self.item.path.parent / path if path is not None else self._written()
        spec = RunSpec(
            program=file,
            parameters=dict(self.options.get("parameters", {})),
            start_method=self.options.get("start_method"),
        )
        outputs = self.options.get("outcome") == "stdout"
        return Program(spec, None, outputs, bool(self.options.get("early_timeouts")))

    def _folder(self) -> Path:
        cache = getattr(self.item.config, "cache", None)
        return _folder_of_its_own() if cache is None else Path(cache.mkdir("ipcsim"))

    def _file(self, suffix: str) -> Path:
        name = re.sub(r"\W+", "_", self.item.nodeid.removesuffix(".py")).strip("_")
        return self._folder() / f"{name}{suffix}"

    def _written(self) -> Path:
        """A program that is the test's body."""
        if inspect.signature(self.item.function).parameters:
            pytest.fail(
                "a test that is explored runs in processes of its own: it is a function without "
                "parameters, it can't use fixtures",
                pytrace=False,
            )
        source = self.item.path.read_bytes()
        text = _PROGRAM.format(
            test=self.item.function.__name__,
            module=self.item.module.__name__,
            file=self.item.path.name,
            sha256=hashlib.sha256(source).hexdigest(),
            paths=[str(self.item.path.parent), *sys.path],
        )
        file = self._file(".py")
        file.write_text(text, "utf-8")
        return file

    def _failure(self, finished: Finished, program: Program) -> str:
        from rich.console import Console

        from ipcsim.explore.explorer import verdict
        from ipcsim.explore.terminal import print_shortest, schedule_of

        best, schedule = finished.minimised, self._file(".schedule")
        assert best is not None
        assert program.spec.program is not None
        name = str(program.spec.program)
        schedule_of(program, name, best.execution, finished.state).save(schedule)
        text = io.StringIO()
        console = Console(file=text, width=100, highlight=False)
        console.print(f"{verdict(finished.state)}.", markup=False)
        print_shortest(console, best)
        if best.execution.errors:
            console.print(best.execution.errors.decode("utf-8", "replace"), markup=False)
        root = self.item.config.rootpath
        shown = schedule.relative_to(root) if schedule.is_relative_to(root) else schedule
        return f"{text.getvalue()}\nReplay it with: ipcsim replay {shown}"
