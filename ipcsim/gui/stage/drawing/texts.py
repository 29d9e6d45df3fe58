"""Measures of text, kept; and how a text that is too wide is shortened."""

from __future__ import annotations

import re
from math import hypot

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

NARROWEST = 0.82
"""Letters are drawn so much narrower before a text is shortened."""

_NUMBER = re.compile(r"\W?\d[\d:]*\W?$")
"""By which names of one kind differ: the end of ``queues[15]``, of ``worker-12:3``."""

_kept: dict[str, QFontMetricsF] = {}


def metrics_of(font: QFont) -> QFontMetricsF:
    """The measures of a font."""
    key = font.key()
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = QFontMetricsF(font)
    return found


def shortened(label: str, width: float, font: QFont) -> str:
    """The beginning of a label that fits; nothing rather than a lone dot."""
    metrics = metrics_of(font)
    dot = metrics.horizontalAdvance("…")
    for length in range(len(label) - 1, 0, -1):
        if metrics.horizontalAdvance(label[:length]) + dot <= width:
            return label[:length] + "…"
    return ""


def without_middle(name: str, width: float, font: QFont) -> str:
    """A name without its middle; the number at its end stays whole as long as it has room."""
    metrics = metrics_of(font)
    cut = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)
    number = _NUMBER.search(name)
    if number is None or cut.endswith(number[0]):
        return cut
    for length in range(number.start() - 1, -1, -1):
        shorter = f"{name[:length]}…{number[0]}"
        if metrics.horizontalAdvance(shorter) <= width:
            return shorter
    return number[0] if metrics.horizontalAdvance(number[0]) <= width else cut


def in_disc(label: str, diameter: float, font: QFont) -> QFont:
    """The font in which a label stays inside of a disc: narrower first, and smaller then."""
    metrics = metrics_of(font)
    wide, tall = metrics.horizontalAdvance(label), metrics.capHeight()
    if hypot(wide, tall) <= diameter:
        return font
    share = max(max(diameter**2 - tall**2, 0.0) ** 0.5 / wide, NARROWEST)
    key = (font.key(), label, round(diameter))
    found = _discs.get(key)
    if found is None:
        found = _discs[key] = QFont(narrow(font, share))
        size = font.pixelSize() * diameter / hypot(wide * share, tall)
        found.setPixelSize(max(min(int(size), font.pixelSize()), 6))
    return found


_discs: dict[tuple[str, str, int], QFont] = {}
_stretched: dict[tuple[str, int], QFont] = {}


def narrow(font: QFont, share: float) -> QFont:
    """A font drawn narrower: three digits in a badge keep their height."""
    key = (font.key(), max(62, int(100 * share) - 1))
    found = _stretched.get(key)
    if found is None:
        found = _stretched[key] = QFont(font)
        found.setStretch(key[1])
    return found
