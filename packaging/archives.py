"""Pack the bundle: a .tar.xz and a .deb on Linux, the same bytes for the same files."""

from __future__ import annotations

import io
import lzma
import os
import tarfile
from pathlib import Path

_EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))
"""Time stamp of everything packed: builds of one commit don't differ by when they were made."""


def _neutral(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mtime = _EPOCH
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


def tar_of(members: list[tuple[Path, str]]) -> bytes:
    """An uncompressed tar of folders and files.

    Args:
        members: (path, name inside) pairs; folders are packed with everything below, sorted.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path, name in members:
            tar.add(path, name, recursive=False, filter=_neutral)
            if path.is_dir():
                for inner in sorted(path.rglob("*")):
                    inside = f"{name}/{inner.relative_to(path).as_posix()}"
                    tar.add(inner, inside, recursive=False, filter=_neutral)
    return buffer.getvalue()


def compress(data: bytes, preset: int = 9) -> bytes:
    """xz. Preset 9 needs 65 MB of memory to unpack, which the smallest machine with a window has.

    Args:
        data: what to compress.
        preset: 0 to 9; the time of a build is mostly spent here.
    """
    filters = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": preset}]
    return lzma.compress(data, format=lzma.FORMAT_XZ, filters=filters)


def pack_tar(bundle: Path, archive: Path) -> None:
    """Write ``bundle`` as a .tar.xz with one folder ``ipcsim`` inside."""
    archive.write_bytes(compress(tar_of([(bundle, "ipcsim")])))


_CONTROL = """Package: ipcsim
Version: {version}
Architecture: amd64
Maintainer: The ipcsim authors <ipcsim@users.noreply.example.org>
Installed-Size: {size}
Depends: libc6 (>= 2.36), libgl1, libegl1, libx11-6, libxcb1
Recommends: fonts-wqy-microhei | fonts-noto-cjk
Section: education
Priority: optional
Description: makes inter-process communication visible
 Runs real programs in real processes, shows every message, lock and shared
 value live, and lets a person find out why a multiprocessing program hangs.
"""


def _ar_member(name: str, data: bytes) -> bytes:
    header = f"{name:<16}{_EPOCH:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
    return header + data + (b"\n" if len(data) % 2 else b"")


def pack_deb(bundle: Path, version: str, package: Path, links: Path) -> None:
    """Write a Debian package that installs the bundle under /opt/ipcsim.

    Args:
        bundle: the folder.
        version: of the package.
        package: the file to write.
        links: an empty folder to prepare what lies outside /opt in.
    """
    (links / "bin").mkdir(parents=True)
    (links / "bin" / "ipcsim").symlink_to("/opt/ipcsim/ipcsim")
    members = [
        (bundle, "./opt/ipcsim"),
        (links / "bin", "./usr/bin"),
        (bundle / "share", "./usr/share"),
    ]
    size = sum(path.lstat().st_size for path in bundle.rglob("*")) // 1024
    control = links / "control"
    control.write_text(_CONTROL.format(version=version, size=size))
    parts = [
        _ar_member("debian-binary", b"2.0\n"),
        _ar_member("control.tar.xz", compress(tar_of([(control, "./control")]))),
        _ar_member("data.tar.xz", compress(tar_of(members), preset=6)),
    ]
    package.write_bytes(b"!<arch>\n" + b"".join(parts))
