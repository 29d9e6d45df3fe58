"""``python -m tests.probe.unchanged_matrix [PYTHON ...]``: all programs, bare and watched.

With every start method, in this Python and in each given one; exit code 1 if anything differs.
"""

from __future__ import annotations

import sys

from tests.probe.unchanged import difference, methods_of, programs


def main(pythons: list[str]) -> int:
    """Print a line for each run and the differences; how many there are."""
    different = 0
    for python in [sys.executable, *pythons]:
        for program in programs():
            for method in methods_of(program):
                text = difference(program, method, python)
                different += bool(text)
                print("differs" if text else "same   ", python, program.stem, method, flush=True)
                if text:
                    print(text, flush=True)
    print(f"{different} differences")
    return different


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
