"""What the download is made from; the download itself is tried by packaging/release_check.py."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent / "packaging"

_WITH_ONLY = """
import sys
from importlib.metadata import packages_distributions
locked = set(sys.argv[2:])
others = {
    name
    for name, owners in packages_distributions().items()
    if name != "ipcsim" and not locked.intersection(o.lower().replace("_", "-") for o in owners)
}
class Missing:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in others:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.path.insert(0, sys.argv[1])
from bundle import LOADED
sys.path.remove(sys.argv[1])
sys.meta_path.insert(0, Missing)
exec(LOADED)
print("pytest" in others)
"""


def test_all_of_ipcsim_loads_with_only_what_the_download_holds() -> None:
    lock = (PACKAGING / "requirements.lock").read_text()
    names = {name.lower() for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    words = [sys.executable, "-c", _WITH_ONLY, str(PACKAGING), *names]
    result = subprocess.run(
        words, capture_output=True, text=True, cwd=PACKAGING.parent, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "True", "nothing was kept from it"
