"""CPython's own suite, alike with the probe and without.

python -m tests.conformance [--start-method fork|spawn|forkserver|all]
                            [--type processes|manager|threads|others|all] [--python PATH]
                            [-k PATTERN]
"""

from __future__ import annotations

import argparse
import fnmatch
import sys

from tests.conformance.comparing import compare
from tests.conformance.known import KNOWN
from tests.conformance.running import all_tests, type_of


def main() -> int:
    """Exit status 1 if something differs that isn't known."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    methods, types = ("fork", "spawn", "forkserver"), ("processes", "manager", "threads", "others")
    parser.add_argument("--start-method", choices=(*methods, "all"), default="all")
    parser.add_argument("--type", choices=(*types, "all"), default="all")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("-k", metavar="PATTERN", help="tests whose name contains or matches it")
    given = parser.parse_args()
    failed = False
    for method in methods if given.start_method == "all" else [given.start_method]:
        tests = [
            test
            for test in all_tests(method, given.python)
            if given.type in ("all", type_of(test))
            and (not given.k or fnmatch.fnmatch(test, f"*{given.k}*"))
        ]
        result = compare(method, given.python, tests)
        print(
            f"{method}: {result.tests} tests, {result.passed} pass bare and watched, "
            f"{len(result.differences)} differ",
            flush=True,
        )
        for test in result.flaky:
            print(f"  flaky without the probe: {test}")
        for test in result.once:
            print(f"  differed once, not when repeated {test}")
        for difference in result.differences:
            reason = KNOWN.get((method, difference.test)) or KNOWN.get(("all", difference.test))
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
