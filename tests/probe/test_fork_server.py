"""What a fork server loads once for all of its children, and from where."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.probe.watching import run, run_bare

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork server")

PROGRAM = """
import multiprocessing as mp, os
def work():
    import early, pkgutil, typing
    print(early.loaded, pkgutil.__name__, typing.__name__, flush=True)
if __name__ == "__main__":
    os.mkdir("elsewhere")
    for name in ("pkgutil", "typing"):
        with open(f"elsewhere/{name}.py", "w") as file:
            file.write("raise SystemExit('nobody asked for this one')")
    with open("elsewhere/early.py", "w") as file:
        file.write("import sys; loaded = 'pkgutil' in sys.modules")
    os.chdir("elsewhere")
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["early"])
    child = context.Process(target=work)
    child.start()
    child.join()
    print(child.exitcode)
"""


def test_what_runs_a_main_module_is_the_librarys_own(tmp_path: Path) -> None:
    """The server begins in a folder of the program's; the library's modules aren't taken there."""
    folders = [tmp_path / name for name in ("bare", "watched")]
    for folder in folders:
        folder.mkdir()
    bare, watched = run_bare(PROGRAM, folders[0]), run(PROGRAM, folders[1])
    assert watched.stdout == "True pkgutil typing\n0\n"
    assert bare.stdout.partition(" ")[2] == watched.stdout.partition(" ")[2]
    assert (watched.code, watched.stderr) == (bare.code, bare.stderr) == (0, "")
