"""ICU's data without the languages, regions and code pages that a window never asks for.

Qt links ICU; ICU's data is 31 MB, of which Qt's widgets use next to nothing (Qt brings its own
locale data). The library holds one package of named items; this writes a library of the same name
with fewer items. Format: ICU's common/ucmndata.h (``UDataOffsetTOC``) and common/unicode/udata.h.
"""

from __future__ import annotations

import fnmatch
import re
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

# Kept: what is asked for by name whatever the language, and English and Chinese.
KEPT = (
    "root.res", "en.res", "en_US*.res", "zh*.res", "pool.res", "res_index.res", "*.icu", "*.nrm",
    "supplementalData.res", "keyTypeData.res", "likelySubtags.res", "numberingSystems.res",
    "timezoneTypes.res", "zoneinfo64.res", "metaZones.res", "windowsZones.res", "icuver.res",
    "icustd.res", "genderList.res", "plurals.res", "pluralRanges.res", "dayPeriods.res",
    "langInfo.res", "grammaticalFeatures.res", "units.res", "tzdbNames.res", "metadata.res",
    "coll/root.res", "coll/res_index.res", "coll/pool.res", "coll/en*.res", "coll/zh*.res",
    "coll/ucadata.icu", "brkitr/root.res", "brkitr/res_index.res", "brkitr/char.brk",
    "brkitr/word.brk", "brkitr/line.brk", "brkitr/sent.brk",
    *(f"{folder}/{item}.res" for folder in ("curr", "lang", "region", "unit", "zone")
      for item in ("root", "pool", "res_index", "en", "zh")),
)  # fmt: skip


def _symbol(library: Path, name: str) -> tuple[int, int]:
    """File offset and size of a data symbol; reads ``readelf`` because ELF is not our business."""
    symbols = subprocess.run(
        ["readelf", "-W", "--dyn-syms", library], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(rf"([0-9a-f]+)\s+(0x[0-9a-f]+|\d+)\s+OBJECT.*\b{name}\b", symbols)
    if not found:
        raise SystemExit(f"{library} has no symbol {name}")
    address, size = int(found[1], 16), int(found[2], 0)
    headers = subprocess.run(
        ["readelf", "-W", "--segments", library], capture_output=True, text=True, check=True
    ).stdout
    for offset, virtual, length in re.findall(
        r"LOAD\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)", headers
    ):
        start = int(virtual, 16)
        if start <= address < start + int(length, 16):
            return int(offset, 16) + address - start, size
    raise SystemExit(f"{library}: the symbol {name} lies in no segment")


def reduce_package(data: bytes) -> bytes:
    """A package of ICU data with only the items of ``KEPT``.

    Args:
        data: a whole package, from its header to its end.
    """
    header = struct.unpack_from("<H", data)[0]
    count = struct.unpack_from("<I", data, header)[0]
    table = [struct.unpack_from("<II", data, header + 4 + 8 * i) for i in range(count)]
    ends = [at for _, at in table[1:]] + [len(data) - header]
    items = []
    for (name_at, at), end in zip(table, ends, strict=True):
        start = header + name_at
        name = data[start : data.index(b"\0", start)].decode()
        inner = name.partition("/")[2]
        if any(
            fnmatch.fnmatchcase(inner, pattern) and pattern.count("/") == inner.count("/")
            for pattern in KEPT
        ):
            items.append((name.encode() + b"\0", data[header + at : header + end]))
    names_at = 4 + 8 * len(items)
    body_at = names_at + sum(len(name) for name, _ in items)
    entries, names, body = [], b"", b""
    body += b"\0" * (-body_at % 16)
    for name, content in items:
        entries.append(struct.pack("<II", names_at + len(names), body_at + len(body)))
        names += name
        body += content + b"\0" * (-len(content) % 16)
    return data[:header] + struct.pack("<I", len(items)) + b"".join(entries) + names + body


def reduce_library(library: Path, compiler: str) -> None:
    """Replace ICU's data library by a smaller one of the same name and symbol.

    Args:
        library: e.g. ``libicudata.so.73``.
        compiler: a C compiler's command.
    """
    version = library.name.rpartition(".")[2]
    symbol = f"icudt{version}_dat"
    offset, size = _symbol(library, symbol)
    with library.open("rb") as file:
        file.seek(offset)
        data = file.read(size)
    with tempfile.TemporaryDirectory() as scratch:
        package, source = Path(scratch, "package.dat"), Path(scratch, "package.S")
        package.write_bytes(reduce_package(data))
        source.write_text(
            f".globl {symbol}\n.section .rodata\n.balign 16\n"
            f'.type {symbol}, %object\n{symbol}:\n.incbin "{package}"\n'
            f'.size {symbol}, .-{symbol}\n.section .note.GNU-stack,"",%progbits\n'
        )
        result = Path(scratch, library.name)
        command = [compiler, "-shared", "-nostdlib", f"-Wl,-soname,{library.name}"]
        subprocess.run([*command, "-o", result, source], check=True)
        shutil.copy(result, library)
