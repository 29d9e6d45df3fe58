"""Who is below the supervisor, while processes end as they are looked at."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ipcsim.supervisor import family

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells who is below whom"
)
ROOT, MOTHER, CHILD = 1001, 1002, 1003


def test_a_parent_that_ends_amid_the_look_still_joins_its_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The child was looked at while its parent lived, the parent when it had ended."""
    seen = {CHILD: ("S", MOTHER), MOTHER: ("Z", ROOT), ROOT: ("S", 1)}
    monkeypatch.setattr(os, "listdir", lambda _path: [str(pid) for pid in seen])
    monkeypatch.setattr(family, "_stat", lambda pid: [seen[pid][0], str(seen[pid][1])])
    assert family.descendants(ROOT) == [CHILD]
    assert family.below(ROOT) == ([CHILD], [MOTHER])


LOOKS = """
import os, subprocess, sys
from ipcsim.supervisor import cleanup, family
real, looks = family.below, iter([0])
family.below = lambda root: ([], []) if next(looks, None) is not None else real(root)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
codes = {}
ended, files = cleanup.end_processes(os.getpid(), codes)
print(ended == [child.pid], codes.get(child.pid))
child.kill()
"""


def test_whom_one_look_has_missed_the_next_one_finds() -> None:
    """As if its parent had been gone when it was looked at, and it had come to us afterwards."""
    # A process of its own: it ends whatever it has started.
    done = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True, check=True)
    assert done.stdout == "True -9\n"
