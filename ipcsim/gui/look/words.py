"""Sentences hold code between backticks: how a label shows it."""

from __future__ import annotations

import html
import re

_CODE = re.compile(r"`([^`]+)`")


def plain(sentence: str) -> str:
    """Without the backticks, where there can't be two fonts."""
    return _CODE.sub(r"\1", sentence)


def rich(sentence: str) -> str:
    """As rich text: code in the font of code."""
    return _CODE.sub(r"<code>\1</code>", html.escape(sentence, quote=False))
