"""Texts in the language of the person: gettext over the catalogues in ``resources/translations``.

``_("...")`` marks and translates; the language is chosen once at start by :func:`use`, or by the
environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG) as gettext does.
"""

from __future__ import annotations

import gettext
from pathlib import Path

from ipcsim.resources import resource

_DOMAIN = "ipcsim"
_translation: gettext.NullTranslations = gettext.NullTranslations()


def use(languages: list[str] | None = None) -> None:
    """Choose the language.

    Args:
        languages: e.g. ``["zh_CN"]``, best first; None takes the environment's.
    """
    global _translation
    folder: Path = resource("translations")
    _translation = gettext.translation(_DOMAIN, folder, languages=languages, fallback=True)


def _(text: str) -> str:
    """The translation of ``text``, or itself."""
    return _translation.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The right form of a phrase for ``count`` things."""
    return _translation.ngettext(one, many, count)


def grouped(number: float, digits: int = 0) -> str:
    """A number as people read it: ``131 664``, in the window, in tables and in sentences alike.

    What a program says itself (its values in calls and tokens, what it prints) stays as Python
    writes it; JSON and CSV are for programs and know no gaps either.

    Args:
        number: counts, quantities, what a shared value stands at.
        digits: behind the point.
    """
    # A comma would be a decimal point for half of the readers; lines aren't broken at this gap.
    return f"{number:,.{digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def figure(value: str) -> str:
    """A value that stands for itself, large or as what is chosen; whole numbers are grouped."""
    whole = value.removeprefix("-").isdecimal() and value.isascii()
    return grouped(int(value)) if whole else value
