"""Make the folder that is shipped: a relocatable Python with ipcsim and what it needs.

The bundle holds an ordinary interpreter and not a frozen program, because ipcsim runs other
people's programs: with it they find a ``sys.executable`` that is one, the whole standard library
with its sources, and tracebacks as they know them; and ipcsim itself runs as it runs from source.

    ipcsim/
      ipcsim             the launcher: starts python/bin/python3 -m ipcsim
      python/            bin/, lib/pythonX.Y/ with site-packages, lib/*.so
      share/             desktop file, icons, MIME types
      LICENSES/          of everything that is inside
"""

from __future__ import annotations

import fnmatch
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from icu import reduce_library
from trimming import KEPT, PACKAGES, STANDARD_LIBRARY, SYSTEM_LIBRARIES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
RUNTIME_LOCK = HERE / "requirements.lock"
COMPILER = os.environ.get("CC", "cc")


def run(*command: str | Path, **options: object) -> str:
    """Run a tool and return what it printed; a failure ends the build with its words."""
    result = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, **options
    )  # type: ignore[call-overload]
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return str(result.stdout)


def remove_matching(folder: Path, patterns: Iterable[str], kept: Iterable[str] = ()) -> None:
    """Remove the files and folders that a pattern matches, unless one of ``kept`` does."""
    stays = {path for pattern in kept for path in folder.glob(pattern)}
    for pattern in patterns:
        for path in sorted(folder.glob(pattern), reverse=True):
            if path.is_dir() and not path.is_symlink():
                for inner in sorted(path.rglob("*"), reverse=True):
                    if inner.is_dir() and not inner.is_symlink():
                        if not any(inner.iterdir()):
                            inner.rmdir()
                    elif inner not in stays:
                        inner.unlink()
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in stays and (path.exists() or path.is_symlink()):
                path.unlink()


def copy_python(target: Path) -> Path:
    """Copy the running interpreter with its standard library.

    Returns:
        The copied executable.
    """
    library = target / "lib" / f"python{VERSION}"
    shutil.copytree(
        sysconfig.get_path("stdlib"),
        library,
        symlinks=False,
        ignore=shutil.ignore_patterns("__pycache__", "site-packages", "dist-packages", "test"),
    )
    remove_matching(library, STANDARD_LIBRARY)
    (library / "site-packages").mkdir()
    executable = target / "bin" / f"python{VERSION}"
    executable.parent.mkdir()
    shutil.copy(Path(sys.base_prefix, "bin", f"python{VERSION}"), executable)
    executable.with_name("python3").symlink_to(executable.name)
    executable.with_name("python").symlink_to(executable.name)
    shared = sysconfig.get_config_var("INSTSONAME")
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and shared:
        found = Path(str(sysconfig.get_config_var("LIBDIR")), str(shared))
        shutil.copy(found, target / "lib" / str(shared))
    return executable


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


def install_packages(python: Path) -> Path:
    """Put ipcsim and its locked dependencies into the bundle's site-packages."""
    packages = python / "lib" / f"python{VERSION}" / "site-packages"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run(*pip, "--no-compile", "--require-hashes", "-r", RUNTIME_LOCK, "--target", packages)
    remove_matching(packages, PACKAGES, KEPT)
    shutil.copytree(
        ROOT / "ipcsim", packages / "ipcsim", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(
        ROOT / "resources",
        packages / "ipcsim" / "resources",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return packages


# What a window, a watched run and a program of a person's load; the rest is compiled when it is
# needed, if it ever is. Sources are in for all.
_LOADED = """
import sys, runpy, importlib, pkgutil
import concurrent.futures.process, multiprocessing.managers, multiprocessing.pool, sqlite3, asyncio
import multiprocessing.shared_memory, multiprocessing.forkserver, xml.dom.minidom, unittest, venv
import http.server, email.message, rich.table, rich.console, rich.progress, numpy, pyqtgraph
from pygments.lexers.python import PythonLexer
import ipcsim
for module in pkgutil.walk_packages(ipcsim.__path__, "ipcsim."):
    if not module.name.endswith(("__main__", ".launch")):
        importlib.import_module(module.name)
for module in list(sys.modules.values()):
    file = getattr(module, "__file__", None)
    if file and file.endswith(".py"):
        print(file)
"""


def compile_loaded(executable: Path) -> None:
    """Byte-compile what is usually loaded, with sources' hashes instead of times: always alike."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    for file in run(executable, "-I", "-c", _LOADED, env=environment).splitlines():
        py_compile.compile(
            file,
            dfile=os.path.relpath(file, executable.parent.parent),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def make_launcher(bundle: Path) -> None:
    """Compile the small program that a person starts."""
    run(COMPILER, "-O2", "-Wall", "-Wextra", "-s", "-o", bundle / "ipcsim", HERE / "launcher.c")


def gather_licences(bundle: Path, packages: Path, libraries: list[str]) -> None:
    """Copy the licences of all that is inside."""
    folder = bundle / "LICENSES"
    folder.mkdir()
    shutil.copy(ROOT / "LICENSE", folder / "ipcsim.txt")
    for candidate in ("LICENSE.txt", "LICENSE"):
        source = Path(sysconfig.get_path("stdlib"), candidate)
        if source.is_file():
            shutil.copy(source, folder / "python.txt")
    for info in sorted(packages.glob("*.dist-info")):
        name = info.name.split("-")[0]
        for file in sorted(info.rglob("*")):
            if file.is_file() and file.name.upper().startswith(("LICEN", "COPYING", "NOTICE")):
                shutil.copy(file, folder / f"{name}-{file.name}")
    for name in libraries:
        owner = subprocess.run(["dpkg", "-S", f"*/{name}"], capture_output=True, text=True).stdout
        package = owner.split(":")[0].strip()
        copyright_file = Path("/usr/share/doc", package, "copyright")
        if package and copyright_file.is_file():
            shutil.copy(copyright_file, folder / f"{package}.txt")
    shutil.copy(HERE / "QT-LGPL.txt", folder / "QT-LGPL.txt")


def make_bundle(bundle: Path, patchelf: str) -> None:
    """Build the whole folder from nothing."""
    shutil.rmtree(bundle, ignore_errors=True)
    python = bundle / "python"
    python.mkdir(parents=True)
    executable = copy_python(python)
    packages = install_packages(python)
    for library in packages.glob("PySide6/Qt/lib/libicudata.so.*"):
        reduce_library(library, COMPILER)
    libraries = gather_libraries(python, patchelf)
    compile_loaded(executable)
    make_launcher(bundle)
    gather_licences(bundle, packages, libraries)
    shutil.copytree(HERE / "linux" / "share", bundle / "share")
