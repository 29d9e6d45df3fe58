"""A lesson's notes: Markdown with room between its paragraphs."""

from __future__ import annotations

from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QTextBrowser

from ipcsim.gui.look.theme import Theme

LINE_HEIGHT = 125
"""Percent."""


class NotesView(QTextBrowser):
    """Shows what is worth saying aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notes")
        self.setOpenExternalLinks(True)

    def set_theme(self, theme: Theme) -> None:
        """Take another look; the notes have to be shown again."""
        self.document().setDefaultFont(theme.font(14))
        self.document().setDocumentMargin(theme.px(12))

    def show_notes(self, markdown: str) -> None:
        """Show other notes, from their beginning."""
        self.setMarkdown(markdown)
        cursor = QTextCursor(self.document())
        gap = self.document().defaultFont().pixelSize() * 0.6
        block = self.document().begin()
        title = QTextCharFormat()
        title.setProperty(QTextFormat.Property.FontSizeAdjustment, 1)
        while block.isValid():
            cursor.setPosition(block.position())
            form = block.blockFormat()
            if form.headingLevel() == 1:
                # It stands in the top bar, too, and a low page has few lines.
                form.setTopMargin(0)
                cursor.movePosition(
                    QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
                )
                cursor.mergeCharFormat(title)
            form.setBottomMargin(gap / 3 if block.textList() is not None else gap)
            form.setLineHeight(
                LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
            )
            cursor.setBlockFormat(form)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)
