"""``python -m tests.trace.scenes FOLDER [NAME ...]`` writes the ready recordings."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.trace.scenes import SCENES


def main() -> None:
    """Write them."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or SCENES:
        path = folder / f"{name}.ipcsim"
        SCENES[name](path)
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
