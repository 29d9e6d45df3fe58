"""Splitters, and the rooms that are kept for views that come later."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget


def room() -> QWidget:
    """Where a view is going to be."""
    kept = QWidget()
    kept.setObjectName("body")
    layout = QVBoxLayout(kept)
    layout.setContentsMargins(0, 0, 0, 0)
    return kept


def splitter(orientation: Qt.Orientation, *views: QWidget) -> QSplitter:
    """Views beside or below each other, whose border a person may move."""
    made = QSplitter(orientation)
    made.setChildrenCollapsible(False)
    made.setHandleWidth(3)
    for view in views:
        made.addWidget(view)
    # What is gained by a larger window goes to the stage and to the code.
    made.setStretchFactor(0, 3)
    made.setStretchFactor(1, 2)
    return made
