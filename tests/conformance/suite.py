"""CPython's own tests as a program: runs some of them, writes what came of each.

    python suite.py RESULTS [TEST ...]

Which of its suites is in the environment, since children import this file as their main module: a
start method for that of multiprocessing, else the name of a module of ``test``. A line of JSON is
written before a test (``began``) and after it (``ended``, with its ``outcome``). Without tests it
writes the names of all there are. Standard library only: it runs in any Python.
"""

import importlib
import json
import os
import sys
import time
import unittest

SUITE = os.environ["IPCSIM_CONFORMANCE_SUITE"]

if SUITE in ("fork", "spawn", "forkserver"):
    from test import _test_multiprocessing

    _test_multiprocessing.install_tests_in_module_dict(globals(), SUITE)
    MODULE = WITHIN = sys.modules["__main__"]
else:
    MODULE, WITHIN = importlib.import_module("test." + SUITE), None


class JsonLines(unittest.TestResult):
    """Writes every outcome as soon as it is known: a hang or crash loses only one."""

    def __init__(self, file):
        super().__init__()
        self._file = file
        self._outcome = None
        self._began = 0.0

    def say(self, **facts):
        self._file.write(json.dumps(facts) + "\n")
        self._file.flush()

    def startTest(self, test):
        super().startTest(test)
        self._outcome = None
        self._began = time.monotonic()
        self.say(began=test.id().removeprefix("__main__."))

    def stopTest(self, test):
        super().stopTest(test)
        self.say(
            ended=test.id().removeprefix("__main__."),
            outcome=(self._outcome or ("passed", ""))[0],
            detail=(self._outcome or ("passed", ""))[1],
            seconds=round(time.monotonic() - self._began, 3),
        )

    def _set(self, outcome, error=None, text=""):
        # A test that fails in several subtests is as its first failure.
        if self._outcome is None or self._outcome[0] == "skipped":
            self._outcome = outcome, self._exc_info_to_string(*error) if error else text

    def _exc_info_to_string(self, *info):
        import traceback

        info = info[0] if len(info) == 2 and isinstance(info[0], tuple) else info
        return "".join(traceback.format_exception(*info))[-3000:]

    def addError(self, test, err):
        if isinstance(test, unittest.TestCase):
            self._set("error", err)
        else:  # set-up or tear-down of a class or of the module
            self.say(fixture=str(test), detail=self._exc_info_to_string(*err))

    def addFailure(self, test, err):
        self._set("failed", err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._set("failed", err)

    def addSkip(self, test, reason):
        if isinstance(test, unittest.TestCase):
            self._set("skipped", text=reason)
        else:
            self.say(fixture=str(test), detail="skipped: " + reason)

    def addExpectedFailure(self, test, err):
        self._set("expected failure")

    def addUnexpectedSuccess(self, test):
        self._set("unexpected success")


def names(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from names(test)
        else:
            yield test.id().removeprefix("__main__.")


def main():
    results, wanted = sys.argv[1], sys.argv[2:]
    loader = unittest.TestLoader()
    with open(results, "a", encoding="utf-8") as file:
        if wanted:
            loader.loadTestsFromNames(wanted, WITHIN).run(JsonLines(file))
        else:
            for name in names(loader.loadTestsFromModule(MODULE)):
                file.write(json.dumps({"name": name}) + "\n")


if __name__ == "__main__":
    main()
