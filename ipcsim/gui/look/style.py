"""Puts a theme on the application: style, palette, style sheet and font."""

from __future__ import annotations

import re
from dataclasses import fields

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from ipcsim.gui.look.theme import Palette, Theme, load_fonts, mix
from ipcsim.resources import resource


def apply(application: QApplication, theme: Theme) -> None:
    """Make every widget look as the theme says; what draws itself is told by its owner."""
    load_fonts()
    # Another platform's style would draw our style sheet's controls differently. Where there is a
    # style sheet, the style over it has no name.
    if not application.styleSheet() and application.style().name().lower() != "fusion":
        application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(_palette(theme.palette))
    application.setFont(theme.font(13))
    sheet = style_sheet(theme)
    if application.styleSheet() != sheet:
        application.setStyleSheet(sheet)


def style_sheet(theme: Theme) -> str:
    """The style sheet with the theme's colours and sizes in it."""
    colours = {field.name: getattr(theme.palette, field.name) for field in fields(Palette)}
    colours["accent_hover"] = mix(colours["accent"], colours["text"], 0.18)
    text = resource("themes/style.qss").read_text("utf-8")
    # Only images of a file's own can be named in a style sheet.
    text = text.replace("@chevron", resource(f"icons/chevron-{theme.name}.svg").as_posix())
    text = re.sub(r"@(\w+)", lambda match: str(colours[match[1]].name()), text)
    text = re.sub(r"\b(\d+)fx\b", lambda match: f"{theme.text_px(int(match[1]))}px", text)
    return re.sub(r"\b(\d+)px(?=[;\s}])", lambda match: _length(theme, match), text)


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Change a property that the style sheet looks at."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _length(theme: Theme, match: re.Match[str]) -> str:
    # Hairlines stay hairlines up to 150 %.
    number = int(match[1])
    if match.string[: match.start()].endswith("font-size: "):
        return f"{number}px"
    if match.string[: match.start()].endswith("border-radius: "):
        # Half of a side rounded down is still half of it; a radius that is more makes it square.
        return f"{theme.px(2 * number) // 2}px"
    return f"{number if number == 1 and theme.scale < 1.6 else theme.px(number)}px"


def _palette(colours: Palette) -> QPalette:
    result = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, colours.background),
        (role.WindowText, colours.text),
        (role.Base, colours.background),
        (role.AlternateBase, colours.strip),
        (role.Text, colours.text),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.text),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.link),
        (role.LinkVisited, colours.link),
        (role.ToolTipBase, colours.surface),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.faint),
        (role.Light, colours.raised),
        (role.Midlight, colours.raised),
        (role.Mid, colours.border),
        (role.Dark, colours.border),
        (role.Shadow, colours.caption),
    ):
        result.setColor(name, colour)
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, name, colours.faint)
    return result
