"""CPython's own suite, alike with the probe and without.

python -m tests.conformance [--start-method fork|spawn|forkserver|all]
                            [--type processes|manager|threads|others|all] [--python PATH]
                            [-k PATTERN] [--modules [MODULE ...]]

With ``--modules`` other suites than that of multiprocessing: of all else that the probe touches.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections.abc import Sequence

from tests.conformance.comparing import compare
from tests.conformance.known import KNOWN
from tests.conformance.running import all_tests, type_of

NEIGHBOURS = (
    *("test_thread", "test_threading", "test_threading_local", "test_threadsignals", "test_queue"),
    *("test_concurrent_futures", "test_fork1", "test_wait3", "test_wait4", "test_os", "test_posix"),
    *("test_signal", "test_subprocess", "test_time", "test_logging", "test_socketserver"),
    *("test_selectors", "test_exceptions", "test_traceback", "test_io", "test_faulthandler"),
)


def main() -> int:
    """Exit status 1 if something differs that isn't known."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    methods, types = ("fork", "spawn", "forkserver"), ("processes", "manager", "threads", "others")
    parser.add_argument("--start-method", choices=(*methods, "all"), default="all")
    parser.add_argument("--type", choices=(*types, "all"), default="all")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("-k", metavar="PATTERN", help="tests whose name contains or matches it")
    parser.add_argument(
        "--modules", nargs="*", metavar="MODULE", help="other suites, such as test_threading"
    )
    given = parser.parse_args()
    suites: Sequence[str] = methods if given.start_method == "all" else [given.start_method]
    if given.modules is not None:
        suites, given.type = given.modules or NEIGHBOURS, "all"
    failed = False
    for suite in suites:
        tests = [
            test
            for test in all_tests(suite, given.python)
            if given.type in ("all", type_of(test))
            and (not given.k or fnmatch.fnmatch(test, f"*{given.k}*"))
        ]
        if not tests:
            print(f"{suite}: there are no such tests in this Python", flush=True)
            continue
        result = compare(suite, given.python, tests)
        failed |= not result.passed
        print(
            f"{suite}: {result.tests} tests, {result.passed} pass bare and watched, "
            f"{len(result.differences)} differ",
            flush=True,
        )
        for test in result.flaky:
            print(f"  flaky without the probe: {test}")
        for test in result.once:
            print(f"  differed once, not when repeated {test}")
        for difference in result.differences:
            reason = KNOWN.get((suite, difference.test)) or KNOWN.get(("all", difference.test))
            failed |= reason is None
            print(
                f"  {difference.test}: {difference.bare.outcome} bare, "
                f"{difference.watched.outcome} watched"
            )
            print("    known: " + reason if reason else _indented(difference.watched.detail))
    return int(failed)


def _indented(text: str) -> str:
    return "".join(f"    | {line}\n" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
