"""Rehearsing in the window: what doesn't show comes first, and nothing goes on after Cancel."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from ipcsim.gui.gallery.rehearse import RehearseDialog
from ipcsim.gui.window import Window
from ipcsim.run.rehearsal import Rehearsal
from tests.gui.conftest import WAIT_MS


def test_what_does_not_show_stands_at_the_top(window: Window, qtbot: QtBot) -> None:
    lessons = list(window.gallery.lessons)
    dialog = RehearseDialog(window, lessons, window.theme)
    qtbot.addWidget(dialog)
    for n, lesson in enumerate(lessons[:14]):
        reason = "it did not end" if n in (5, 9) else ""
        dialog._add(Rehearsal(lesson, lesson.variants[0], not reason, reason, 2.0))
    (shown,) = dialog.findChildren(QTreeWidget)
    items = [shown.topLevelItem(row) for row in range(shown.topLevelItemCount())]
    words = [item.text(1) for item in items if item is not None]
    assert words == ["it did not end"] * 2 + ["as promised"] * 12
    assert items[0] is not None
    assert items[0].text(0).startswith(lessons[5].title)
    assert any("min more" in label.text() for label in dialog.findChildren(QLabel))
    dialog._over("")
    assert any("2 of 14" in label.text() for label in dialog.findChildren(QLabel))


def test_who_scrolls_up_is_not_pulled_down_by_the_next_line(window: Window, qtbot: QtBot) -> None:
    lesson = window.gallery.lessons[0]
    dialog = RehearseDialog(window, [lesson] * 200, window.theme)
    qtbot.addWidget(dialog)
    one = Rehearsal(lesson, lesson.variants[0], True, "", 2.0)
    (shown,) = dialog.findChildren(QTreeWidget)
    bar = shown.verticalScrollBar()
    for _ in range(60):
        dialog._add(one)
    shown.doItemsLayout()
    assert bar.value() == bar.maximum() > 10
    bar.setValue(3)
    dialog._add(one)
    shown.doItemsLayout()
    assert bar.value() == 3


def test_cancel_ends_what_runs(window: Window, qtbot: QtBot) -> None:
    lesson = next(one for one in window.gallery.lessons if one.name == "first_queue")
    dialog = RehearseDialog(window, [lesson] * 50, window.theme)
    dialog.open()
    (shown,) = dialog.findChildren(QTreeWidget)
    qtbot.waitUntil(lambda: shown.topLevelItemCount() > 0, timeout=WAIT_MS)
    (cancel,) = dialog.findChildren(QPushButton)
    cancel.click()
    assert not dialog.isVisible()
    assert not dialog._work._thread.is_alive()
    assert shown.topLevelItemCount() < 50


def test_nothing_runs_of_what_nobody_sees(window: Window, qtbot: QtBot) -> None:
    lesson = next(one for one in window.gallery.lessons if one.name == "first_queue")
    dialog = RehearseDialog(window, [lesson] * 50, window.theme)
    QCoreApplication.processEvents()
    assert not dialog._work._thread.is_alive()
    dialog.open()
    assert dialog._work._thread.is_alive()
    # As when the window that it belongs to goes.
    dialog.hide()
    assert not dialog._work._thread.is_alive()
