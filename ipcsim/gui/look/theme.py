"""Colours, sizes and fonts: everything a view needs to know of the look.

A :class:`Theme` is a value: two equal themes look alike, and a view keeps the one it was last given
by ``set_theme``. Colours have *roles*; colour says who, form says state, and red says wrong and
nothing else. Sizes are those of a window of 1280×720; ``px`` and ``font`` scale them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache

from PySide6.QtGui import QColor, QFont, QFontDatabase

from ipcsim.resources import resource

NAMES = ("dark", "light")
SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5)

# Sizes in a lecture, on 1920×1080: text 28 px and more, code 24 px and more (UI.md, "Presenting").
PRESENTING = 1.75
PRESENTING_TEXT = 28
PRESENTING_CODE = 24

_UI = ("Inter", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei UI", "PingFang SC")
_MONO = ("JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "WenQuanYi Micro Hei Mono")


@dataclass(frozen=True)
class Palette:
    """A colour for each role. Treat them as constants: a QColor can be changed, these must not."""

    background: QColor
    """Stage, panels and code."""
    bar: QColor
    """Top bar, status line, headings of views."""
    strip: QColor
    caption: QColor
    surface: QColor
    """Inside of cards, cells and tubes."""
    raised: QColor
    """Buttons."""
    pressed: QColor
    border: QColor
    """Hairlines between zones."""
    outline: QColor
    """Outlines of objects, and of what can be clicked."""
    text: QColor
    dim: QColor
    """Less important text; readable (4.5:1)."""
    faint: QColor
    """Line numbers, what is over. Not for sentences."""
    object: QColor
    """Shared objects are neutral: colour is for who."""
    neutral: QColor
    """The main process."""
    red: QColor
    """Wrong, and nothing else."""
    red_surface: QColor
    amber: QColor
    """Could become wrong."""
    accent: QColor
    """The chosen one of several buttons."""
    on_accent: QColor
    link: QColor
    line: QColor
    """Behind a program's current line."""
    changed: QColor
    """Behind a line that the other variant has differently."""
    removed: QColor
    """Behind a mark where the other variant has lines that are missing here."""
    keyword: QColor
    string: QColor
    number: QColor
    comment: QColor
    function: QColor
    builtin: QColor
    identity_1: QColor
    identity_2: QColor
    identity_3: QColor
    identity_4: QColor
    identity_5: QColor
    identity_6: QColor

    @property
    def identities(self) -> tuple[QColor, ...]:
        """The six colours that can be told apart, also by the colour-blind."""
        return (
            self.identity_1,
            self.identity_2,
            self.identity_3,
            self.identity_4,
            self.identity_5,
            self.identity_6,
        )


@cache
def palette(name: str) -> Palette:
    """The colours of a theme.

    Args:
        name: one of :data:`NAMES`.

    Raises:
        FileNotFoundError: there is no such theme.
    """
    colours = json.loads(resource(f"themes/{name}.json").read_text("utf-8"))
    return Palette(**{field.name: QColor(colours[field.name]) for field in fields(Palette)})


@dataclass(frozen=True)
class Theme:
    """The look of everything: hashable, compared by value."""

    name: str = "dark"
    """One of :data:`NAMES`."""
    scale: float = 1.0
    """0.8 to 2.5: what Ctrl + and − change. While presenting, 1.0 is a picture 1080 high."""
    presenting: bool = False
    reduced_motion: bool = False
    """No flights: what arrives is outlined for 400 ms."""

    @property
    def palette(self) -> Palette:
        """Its colours."""
        return palette(self.name)

    @property
    def dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.name == "dark"

    def px(self, size: float) -> int:
        """A length in pixels for one drawn at 100 %; at least 1 for what isn't 0."""
        factor = self.scale * (PRESENTING if self.presenting else 1.0)
        return max(1, round(size * factor)) if size else 0

    def text_px(self, size: float = 13, *, mono: bool = False) -> int:
        """Height of type in pixels: as :meth:`px`, but never below what a hall can read."""
        if not self.presenting:
            return max(9, round(size * self.scale))
        floor = PRESENTING_CODE if mono else PRESENTING_TEXT
        return round(max(size * PRESENTING, floor) * self.scale)

    def font(self, size: float = 13, weight: int = 400, *, mono: bool = False) -> QFont:
        """A font.

        Args:
            size: height in pixels at 100 %: 12 small, 13 text and code, 16 caption, 30 digits.
            weight: 400 regular, 600 semi-bold, 700 bold.
            mono: for code and values.
        """
        return _font(self.text_px(size, mono=mono), weight, mono)

    def identity(self, number: int) -> QColor:
        """The colour of the ``number``-th process or role, from 1; 0 is main, which is neutral.

        Beyond six they begin again: the number beside it says who.
        """
        if number <= 0:
            return self.palette.neutral
        return self.palette.identities[(number - 1) % 6]

    def on(self, ground: QColor) -> QColor:
        """Black or white: the one that is read better on ``ground``."""
        return _on(ground.rgb())

    def with_scale(self, scale: float) -> Theme:
        """The same at another size."""
        return replace(self, scale=min(max(scale, SCALES[0]), SCALES[-1]))


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two: ``share`` 0 is ``one``, 1 is ``other``."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        one.redF() * keep + other.redF() * share,
        one.greenF() * keep + other.greenF() * share,
        one.blueF() * keep + other.blueF() * share,
    )


def contrast(one: QColor, other: QColor) -> float:
    """WCAG contrast of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; needs the application. Repeating it is harmless."""
    if "fonts" in _loaded:
        return
    _loaded.add("fonts")
    for path in sorted(resource("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


_loaded: set[str] = set()


@lru_cache(maxsize=256)
def _font(pixels: int, weight: int, mono: bool) -> QFont:
    font = QFont()
    font.setFamilies(list(_MONO if mono else _UI))
    font.setStyleHint(QFont.StyleHint.Monospace if mono else QFont.StyleHint.SansSerif)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    # Digits count: they must not make their neighbours jump.
    if not mono:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=256)
def _on(rgb: int) -> QColor:
    ground = QColor.fromRgb(rgb)
    dark, light = QColor("#14171D"), QColor("#FFFFFF")
    return dark if contrast(ground, dark) >= contrast(ground, light) else light


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
