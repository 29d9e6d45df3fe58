"""Shared libraries on Linux: what is needed, taken along, and found wherever the bundle lies."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
from pathlib import Path

from tool import run
from trimming import SYSTEM_LIBRARIES


def needed_libraries(file: Path) -> dict[str, Path]:
    """Shared libraries that the dynamic linker finds for an ELF file: name -> path."""
    found = {}
    listing = subprocess.run(["ldd", str(file)], capture_output=True, text=True).stdout
    for line in listing.splitlines():
        name, arrow, rest = line.strip().partition(" => ")
        if arrow and rest.startswith("/"):
            found[name] = Path(rest.split(" ")[0])
    return found


def is_elf(path: Path) -> bool:
    """Whether a file is a Linux executable or library."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def gather_libraries(python: Path, patchelf: str) -> list[str]:
    """Copy the system's shared libraries that are needed, and make all find each other.

    Returns:
        The names of what was copied.
    """
    folder = python / "lib"
    binaries = [path for path in python.rglob("*") if is_elf(path)]
    inside = {path.name for path in binaries}
    copied: dict[str, Path] = {}
    for binary in binaries:
        for name, path in needed_libraries(binary).items():
            if name in inside or any(fnmatch.fnmatch(name, p) for p in SYSTEM_LIBRARIES):
                continue
            copied.setdefault(name, path)
    for name, path in copied.items():
        shutil.copy(path.resolve(), folder / name)
        (folder / name).chmod(0o755)
    # The executable's DT_RPATH serves everything loaded into the process, except for libraries
    # with a DT_RUNPATH of their own: the build machine's go, Qt's get ours appended.
    for binary in binaries:
        own = f"$ORIGIN/{os.path.relpath(folder, binary.parent)}"
        if binary.parent.name == "bin":
            run(patchelf, "--force-rpath", "--set-rpath", own, binary)
        elif "site-packages" not in binary.parts:
            run(patchelf, "--remove-rpath", binary)
        elif "PySide6" in binary.parts:
            paths = [*run(patchelf, "--print-rpath", binary).strip().split(":"), own]
            kept = [path for path in paths if path.startswith("$ORIGIN")]
            run(patchelf, "--set-rpath", ":".join(dict.fromkeys(kept)), binary)
    # numpy's OpenBLAS breaks when stripped; wheels come stripped anyway.
    for binary in [*folder.glob("*.so*"), *folder.glob("python*/lib-dynload/*.so")]:
        if not binary.is_symlink():
            run("strip", "--strip-unneeded", binary)
    return sorted(copied)
