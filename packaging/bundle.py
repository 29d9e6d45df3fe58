"""Make the folder that is shipped: a relocatable Python with ipcsim and what it needs.

The bundle holds an ordinary interpreter and not a frozen program, because ipcsim runs other
people's programs: with it they find a ``sys.executable`` that is one, the whole standard library
with its sources, and tracebacks as they know them; and ipcsim itself runs as it runs from source.

    ipcsim/
      ipcsim             the launcher: starts python/bin/python3 -m ipcsim
      python/            bin/, lib/pythonX.Y/ with site-packages, lib/*.so
      share/             desktop file, icons, MIME types (Linux)
      LICENSES/          of everything that is inside
"""

from __future__ import annotations

import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from elf import gather_libraries
from icu import reduce_library
from tool import run
from trimming import KEPT, PACKAGES, STANDARD_LIBRARY

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
RUNTIME_LOCK = HERE / "requirements.lock"
COMPILER = os.environ.get("CC", "cc")


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
    source = Path(sys.base_prefix)
    library = target / sysconfig.get_path("stdlib", vars={"installed_base": ""}).lstrip("/\\")
    shutil.copytree(
        sysconfig.get_path("stdlib"),
        library,
        ignore=shutil.ignore_patterns("__pycache__", "site-packages", "dist-packages", "test"),
    )
    remove_matching(library, STANDARD_LIBRARY)
    (library / "site-packages").mkdir()
    if os.name == "nt":
        for pattern in ("python*.exe", "*.dll"):
            for file in source.glob(pattern):
                shutil.copy(file, target)
        shutil.copytree(source / "DLLs", target / "DLLs")
        remove_matching(target / "DLLs", ("_test*", "_tkinter*", "tcl*", "tk*", "xxlimited*"))
        return target / "python.exe"
    executable = target / "bin" / f"python{VERSION}"
    executable.parent.mkdir()
    shutil.copy(source / "bin" / executable.name, executable)
    executable.with_name("python3").symlink_to(executable.name)
    executable.with_name("python").symlink_to(executable.name)
    for shared in Path(str(sysconfig.get_config_var("LIBDIR"))).glob(f"libpython{VERSION}.*"):
        if shared.suffix != ".a" and not shared.is_symlink():
            shutil.copy(shared, target / "lib" / shared.name)
    return executable


def install_packages(python: Path) -> Path:
    """Put ipcsim and its locked dependencies into the bundle's site-packages."""
    packages = next(python.glob("[Ll]ib/**/site-packages"))
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
    head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True)
    (packages / "ipcsim" / "commit.txt").write_bytes(head.stdout)
    return packages


# What a window, a watched run and a program of a person's load; the rest is compiled when it is
# needed, if it ever is. Sources are in for all. The plugin is for a Python that has pytest.
LOADED = """
import sys, runpy, importlib, pkgutil
import concurrent.futures.process, multiprocessing.managers, multiprocessing.pool, sqlite3, asyncio
import multiprocessing.shared_memory, multiprocessing.forkserver, xml.dom.minidom, unittest, venv
import http.server, email.message, rich.table, rich.console, rich.progress, numpy, pyqtgraph
from pygments.lexers.python import PythonLexer
import ipcsim
for module in pkgutil.walk_packages(ipcsim.__path__, "ipcsim."):
    if not module.name.endswith(("__main__", ".launch", ".pytest_plugin")):
        importlib.import_module(module.name)
for module in list(sys.modules.values()):
    file = getattr(module, "__file__", None)
    if file and file.startswith(sys.prefix) and file.endswith(".py"):
        print(file)
"""


def compile_loaded(executable: Path) -> None:
    """Byte-compile what is usually loaded, with sources' hashes instead of times: always alike."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    for file in run(executable, "-I", "-c", LOADED, env=environment).splitlines():
        py_compile.compile(
            file,
            dfile=os.path.relpath(file, executable.parent.parent),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def make_launcher(bundle: Path) -> None:
    """Compile the small program that a person starts."""
    build = [COMPILER, "-O2", "-Wall", "-Wextra", "-s", HERE / "launcher.c"]
    if os.name == "nt":
        resources = bundle / "ipcsim.o"
        run("windres", HERE / "windows" / "ipcsim.rc", resources)
        run(*build, resources, "-municode", "-mwindows", "-o", bundle / "ipcsim.exe")
        run(*build, resources, "-municode", "-DCONSOLE", "-o", bundle / "ipcsim-cli.exe")
        resources.unlink()
    else:
        run(*build, "-o", bundle / "ipcsim")


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


def make_bundle(bundle: Path, patchelf: str | None) -> None:
    """Build the whole folder from nothing.

    Args:
        bundle: where to; what is there goes.
        patchelf: path of the tool; Linux only.
    """
    shutil.rmtree(bundle, ignore_errors=True)
    python = bundle / "python"
    python.mkdir(parents=True)
    executable = copy_python(python)
    packages = install_packages(python)
    libraries: list[str] = []
    if patchelf is not None:
        for library in packages.glob("PySide6/Qt/lib/libicudata.so.*"):
            reduce_library(library, COMPILER)
        libraries = gather_libraries(python, patchelf)
        shutil.copytree(HERE / "linux" / "share", bundle / "share")
        copy_icons(bundle / "share")
    compile_loaded(executable)
    make_launcher(bundle)
    gather_licences(bundle, packages, libraries)


def copy_icons(share: Path) -> None:
    """The application's icon in the sizes a desktop asks for; made from the SVG by icons.py."""
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        folder = share / "icons" / "hicolor" / f"{size}x{size}" / "apps"
        folder.mkdir(parents=True)
        shutil.copy(HERE / "icons" / f"ipcsim-{size}.png", folder / "org.ipcsim.ipcsim.png")
    scalable = share / "icons" / "hicolor" / "scalable" / "apps"
    scalable.mkdir(parents=True)
    shutil.copy(ROOT / "resources" / "icons" / "ipcsim.svg", scalable / "org.ipcsim.ipcsim.svg")
