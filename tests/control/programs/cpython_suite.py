"""Some of CPython's own tests of multiprocessing."""

import sys
import unittest
import warnings

from test import _test_multiprocessing

_test_multiprocessing.install_tests_in_module_dict(globals(), "fork")


def main(names: str = ""):
    warnings.simplefilter("ignore")
    module = sys.modules["__main__"]
    loaded = unittest.defaultTestLoader.loadTestsFromNames(names.split(","), module)
    module.setUpModule()
    result = unittest.TestResult()
    loaded.run(result)
    for test, traceback in [*result.errors, *result.failures]:
        print(test.id(), traceback)
    print("ran", result.testsRun)


if __name__ == "__main__":
    main()
