"""Sentences hold code between backticks: how a label shows it."""

from __future__ import annotations

import html
import re

from ipcsim.language import _

_CODE = re.compile(r"`([^`]+)`")


def plain(sentence: str) -> str:
    """Without the backticks, where there can't be two fonts."""
    return _CODE.sub(r"\1", sentence)


def rich(sentence: str) -> str:
    """As rich text: code in the font of code."""
    return _CODE.sub(r"<code>\1</code>", html.escape(sentence, quote=False))


def in_words(call: str) -> str:
    """A call as it is shown: of an access, the program has no words of its own for, in ours."""
    access, _space, label = call.partition(" ")
    if not label:
        return call
    if access == "read":
        return _("read {label}").format(label=label)
    return _("write {label}").format(label=label) if access == "write" else call
