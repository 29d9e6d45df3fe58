"""Measures of text, kept; and how a text that is too wide is shortened."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF

NARROWEST = 0.82
"""Letters are drawn so much narrower before a text is shortened."""


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


_stretched: dict[tuple[str, int], QFont] = {}


def narrow(font: QFont, share: float) -> QFont:
    """A font drawn narrower: three digits in a badge keep their height."""
    key = (font.key(), max(62, int(100 * share) - 1))
    found = _stretched.get(key)
    if found is None:
        found = _stretched[key] = QFont(font)
        found.setStretch(key[1])
    return found
