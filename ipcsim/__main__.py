"""The door: ``freeze_support()`` first, arguments second, Qt only if a window is wanted.

Children that are started by ``spawn`` import this module again, so its top level stays light.
"""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Run ipcsim with the arguments of the process; returns its exit code."""
    multiprocessing.freeze_support()
    from ipcsim.cli import command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
