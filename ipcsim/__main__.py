"""The door: ``freeze_support()`` first, arguments second, Qt only if a window is wanted.

Children that are started by ``spawn`` import this module again, so its top level stays light.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # ``python -m`` looks for modules in the working directory first. Where that isn't ipcsim's own,
    # a program's ``queue.py`` or ``multiprocessing.py`` there would be taken for the library's.
    import os

    if sys.path[:1] == [os.getcwd()] != [os.path.dirname(os.path.dirname(__file__))]:
        del sys.path[0]

import multiprocessing


def main() -> int:
    """Run ipcsim with the arguments of the process; returns its exit code."""
    multiprocessing.freeze_support()
    from ipcsim.cli import command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
