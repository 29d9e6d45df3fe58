"""Syntax colours: Pygments reads the whole text once, Qt's highlighter paints line by line."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ipcsim.gui.look.theme import Theme


class PythonColours(QSyntaxHighlighter):
    """Colours a document that holds Python."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._spans: list[list[tuple[int, int, str]]] = []
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.rehighlight()

    def read(self, text: str) -> None:
        """Work out the colours of a text; call it before the document gets that text."""
        self._spans = spans(text)

    def highlightBlock(self, text: str) -> None:
        line = self.currentBlock().blockNumber()
        if line >= len(self._spans):
            return
        for start, length, role in self._spans[line]:
            self.setFormat(start, length, self._format(role))

    def _format(self, role: str) -> QTextCharFormat:
        result = QTextCharFormat()
        colour: QColor = getattr(self._theme.palette, role)
        result.setForeground(colour)
        if role == "comment":
            result.setFontItalic(True)
        return result


def spans(text: str) -> list[list[tuple[int, int, str]]]:
    """Which parts of each line have which colour of the palette: (start, length, role)."""
    # Imported here: the window is on screen before the first line needs its colours.
    from pygments.lexers.python import PythonLexer

    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    result: list[list[tuple[int, int, str]]] = [[] for _ in lines]
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for position, kind, value in lexer.get_tokens_unprocessed(text):
        role = _role(kind)
        if not role:
            continue
        line = bisect_right(starts, position) - 1
        column = position - starts[line]
        for part in value.split("\n"):
            if part:
                result[line].append((_units(lines[line][:column]), _units(part), role))
            line, column = line + 1, 0
    return result


def _units(text: str) -> int:
    """Qt counts UTF-16 units, Python code points."""
    return len(text) + sum(character > "\uffff" for character in text)


def _role(kind: Any) -> str:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    if kind in Comment:
        return "comment"
    if kind in String:
        return "string"
    if kind in Number:
        return "number"
    if kind in Keyword or kind in Operator.Word:
        return "keyword"
    if kind in Name.Builtin or kind in Name.Exception:
        return "builtin"
    if kind in Name.Function or kind in Name.Class or kind in Name.Decorator:
        return "function"
    return ""
