#!/usr/bin/env python3
"""Draw the application's icon in all sizes from resources/icons/ipcsim.svg.

``python packaging/icons.py`` (needs PySide6, as ipcsim does); run it when the SVG has changed.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw(svg: Path, size: int, png: Path) -> None:
    """Render one size."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    image.save(str(png))


def container(magic: bytes, pngs: dict[int, bytes]) -> bytes:
    """Several PNGs as one Windows .ico (magic ``ico``) or macOS .icns (magic ``icns``)."""
    if magic == b"icns":
        types = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}
        parts = [
            types[size] + struct.pack(">I", len(data) + 8) + data
            for size, data in pngs.items()
            if size in types
        ]
        body = b"".join(parts)
        return b"icns" + struct.pack(">I", len(body) + 8) + body
    entries, body = b"", b""
    small = {size: data for size, data in pngs.items() if size <= 256}
    for size, data in small.items():
        at = 6 + 16 * len(small) + len(body)
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), at)
        body += data
    return struct.pack("<HHH", 0, 1, len(small)) + entries + body


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    _application = QGuiApplication([])
    folder = HERE / "icons"
    folder.mkdir(exist_ok=True)
    pngs = {}
    for size in SIZES:
        png = folder / f"ipcsim-{size}.png"
        draw(HERE.parent / "resources" / "icons" / "ipcsim.svg", size, png)
        pngs[size] = png.read_bytes()
    (folder / "ipcsim.ico").write_bytes(container(b"ico", pngs))
    (folder / "ipcsim.icns").write_bytes(container(b"icns", pngs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
