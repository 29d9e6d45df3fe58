"""What exactly is running here: for the About box, ``ipcsim doctor`` and bug reports."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
import sys
from pathlib import Path

import ipcsim
from ipcsim.language import _

COMMIT_FILE = "commit.txt"
"""Written beside the package when a download is built."""
PACKAGES = ("PySide6-Essentials", "pyqtgraph", "numpy", "pygments", "rich")


def commit() -> str:
    """The commit that this is, as far as it is known: of a download, or of a checkout."""
    package = Path(ipcsim.__file__).parent
    try:
        return (package / COMMIT_FILE).read_text().strip()
    except OSError:
        pass
    if not (package.parent / ".git").exists():
        return ""
    command = ["git", "-C", str(package.parent), "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def versions() -> list[tuple[str, str]]:
    """Name and version of ipcsim, its Python and what it is made of."""
    own = ipcsim.__version__ + (f" ({known})" if (known := commit()) else "")
    found = [("ipcsim", own), ("Python", f"{platform.python_version()} ({sys.executable})")]
    for name in PACKAGES:
        try:
            found.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, _("missing")))
    found.append((_("System"), platform.platform()))
    return found


def licences() -> list[str]:
    """Whose work is inside, under which licence."""
    return [
        _("ipcsim: MIT licence."),
        _("Qt and PySide6: LGPL 3; their shared libraries may be replaced by your own."),
        _("Python: PSF licence. NumPy, pygments: BSD. pyqtgraph, rich: MIT."),
        _("Fonts Inter and JetBrains Mono: SIL Open Font License."),
    ]
