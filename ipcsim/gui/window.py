"""The main window: look and size, keys, what is dropped on it, what it remembers."""

from __future__ import annotations

import contextlib
import glob
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QMainWindow,
    QToolButton,
)

from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.dropping import chosen, files_in
from ipcsim.gui.focus import FocusOrder
from ipcsim.gui.gallery.own_lessons import with_folder
from ipcsim.gui.gallery.view import GalleryPopover
from ipcsim.gui.keys import KeysTable, bind
from ipcsim.gui.layout import Layout
from ipcsim.gui.look.icons import application_icon
from ipcsim.gui.look.style import apply
from ipcsim.gui.look.theme import SCALES, Theme
from ipcsim.gui.memory import Memory
from ipcsim.gui.narration import card_texts
from ipcsim.gui.presenting.presentation import Presentation
from ipcsim.language import _
from ipcsim.resources import resource
from ipcsim.run.lesson import Lesson, LessonError
from ipcsim.run.lessons import Gallery, load_gallery, read_lesson

if TYPE_CHECKING:
    from ipcsim.gui.session.conductor import Conductor

FIRST = "lost_update"
"""The lesson of the first start."""
SIZE = (1280, 720)
WIDE = 1800
"""Pixels at 100 % from which on the gallery has a place of its own."""


class Window(QMainWindow):
    """One for each start of ipcsim."""

    conductor: Conductor
    focus_order: FocusOrder
    keys: dict[str, QShortcut]

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory
        self.theme = memory.theme
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        apply(application, self.theme)
        self.choice = Choice()
        self.layout_ = Layout(self.choice, self.theme)
        self.setCentralWidget(self.layout_)
        self.popover = GalleryPopover(self, self.theme)
        self.presentation = Presentation(self)
        self.gallery = Gallery(())
        self._placed = False
        self._complete = False
        self.resize(*SIZE)
        if not memory.geometry.isEmpty():
            self.restoreGeometry(memory.geometry)
        self.layout_.fit(self.size())

    # --- contents

    def preview(self, name: str = "") -> None:
        """Show a lesson's card and program, before there is anything to run it with."""
        lesson, _slash, variant = (name or self.memory.lesson or FIRST).partition("/")
        for file in resource("lessons").glob(f"*/{glob.escape(lesson)}/lesson.toml"):
            with contextlib.suppress(LessonError):
                found = read_lesson(file)
                wanted = [v for v in found.variants if v.name == variant] or list(found.variants)
                self.choice.choose_variant(found, wanted[0])
                self.layout_.top.show_choice(self.choice)
                self.layout_.program.show_program(wanted[0].program, found, wanted[0])
                self.layout_.card.show_text(card_texts.before(self.choice))

    def complete(self) -> None:
        """Stage, panels, and everything that runs a program: after the window is on screen."""
        if self._complete:
            return
        self._complete = True
        from ipcsim.gui.session.conductor import Conductor
        from ipcsim.gui.step.returning import Returning
        from ipcsim.gui.wiring import connect, slots

        self.layout_.complete()
        self.conductor = Conductor(self.layout_, self.choice, self)
        self.conductor.returning = Returning(self.conductor, self.memory.bookmarks)
        connect(self)
        self.keys = bind(self, slots(self))
        parts = (self.popover, *self.layout_.parts)
        self.focus_order = FocusOrder(self, parts, self.keys["next_panel"])
        self.load_lessons()
        self._recall_python()

    def _recall_python(self) -> None:
        path = self.memory.python
        if path is None or Path(path).is_file():
            self.choice.python = path
            return
        gone = _("{path} has gone: ipcsim's own Python runs programs again.").format(path=path)
        # What is chosen first begins with nothing said.
        QTimer.singleShot(0, lambda: self.say(gone, True))

    def load_lessons(self) -> None:
        """Read the built-in lessons and the person's own."""
        self.gallery = load_gallery([resource("lessons"), *self.memory.lesson_folders])
        self.popover.show_gallery(self.gallery)
        self.conductor.lessons = self.gallery.lessons

    def open_first(self) -> None:
        """The last lesson, or the first one there is."""
        name, _slash, variant = (self.memory.lesson or FIRST).partition("/")
        by_name = {lesson.name: lesson for lesson in self.gallery.lessons}
        lesson = by_name.get(name) or by_name.get(FIRST) or next(iter(by_name.values()), None)
        if lesson is None:
            self.choice.changed.emit()
            return
        found = next((v for v in lesson.variants if v.name == variant), lesson.variants[0])
        self.conductor.choose_lesson(lesson, found)

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Say something in the status line."""
        self.layout_.say(sentence, wrong)

    def open_file(self, path: Path, arguments: list[str] | None = None) -> None:
        """Make a program ready to run, or show a recording."""
        suffix, shown = path.suffix.lower(), True
        if suffix == ".schedule":
            shown = self.conductor.returning.play(path)
        elif suffix == ".ipcsim":
            shown = self.conductor.open_recording(path)
        else:
            self.conductor.choose_program(path, arguments or [])
        if shown:
            self.setWindowTitle(f"{path.name} · ipcsim")

    # --- look

    def set_theme(self, theme: Theme) -> None:
        """Everything in another look."""
        self.theme = theme
        apply(self._application, theme)
        self.layout_.set_theme(theme)
        self.popover.set_theme(theme)
        if self._complete:
            self.conductor.views.redraw()
        self._dock()
        if not theme.presenting:
            self.memory.theme = theme

    def larger(self, by: int = 1) -> None:
        """The next larger size (or smaller, −1) of everything."""
        if self.theme.presenting:
            self.presentation.larger(by)
            return
        nearest = min(range(len(SCALES)), key=lambda n: abs(SCALES[n] - self.theme.scale))
        at = min(max(nearest + by, 0), len(SCALES) - 1)
        self._scale(SCALES[at])

    def normal_size(self) -> None:
        """The size of the first start; for a hall, the one that fits."""
        if self.theme.presenting:
            self.presentation.fitting()
        else:
            self._scale(1.0)

    def _scale(self, scale: float) -> None:
        self.set_theme(self.theme.with_scale(scale))
        self.say(_("Size {percent} %").format(percent=round(100 * self.theme.scale)))

    def switch_theme(self) -> None:
        """Dark or light."""
        self.set_theme(replace(self.theme, name="light" if self.theme.dark else "dark"))

    # --- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.popover.close_popover()
        if not self.presentation.resized():
            self.layout_.fit(self.size())
            self._dock()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            self.layout_.place(self.memory)
            self.layout_.fit()
            self.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and not self.isFullScreen():
            self.presentation.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.layout_.remember(self.memory)
        if self._complete:
            self.memory.python = self.choice.python
        if not self.presentation.on:
            self.memory.geometry = self.saveGeometry()
        if self._complete:
            self.conductor.close()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses what has the focus, or opens what a process waits for; no shortcut, for it
        belongs to fields and lists."""
        focus = QApplication.focusWidget()
        on_stage = self._complete and (
            focus in (None, self) or self.layout_.stage.isAncestorOf(focus)
        )
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focus, QToolButton) and focus.menu() is not None:
            focus.showMenu()
        elif enter and isinstance(focus, QAbstractButton):
            focus.click()
        elif enter and on_stage:
            self.layout_.stage.open_waited_for()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self._complete and self.focus_order.go(forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dropped = files_in(event.mimeData())
        if not self._complete or not dropped:
            return
        event.acceptProposedAction()
        file, sentence = chosen(dropped)
        if file is not None:
            self.open_file(file)
        if sentence:
            self.say(sentence, True)

    # --- what is open

    def _dock(self) -> None:
        """The gallery stands beside the stage where there is room, unless it was put away."""
        wide = self.width() >= self.theme.px(WIDE) and not self.theme.presenting
        wanted = wide and self.memory.dock
        if wanted == self.popover.docked:
            return
        if wanted:
            self.layout_.dock(self.popover, self.memory)
            self.popover.dock(True)
        else:
            self.layout_.dock(None, self.memory)
            self.popover.dock(False)

    def open_gallery(self) -> None:
        """Show the gallery, or put it away."""
        if self.width() >= self.theme.px(WIDE) and not self.theme.presenting:
            self.memory.dock = not self.popover.docked
            self._dock()
        elif self.popover.isVisible():
            self.popover.close_popover()
        else:
            button = self.layout_.top.gallery
            place = button.rect().translated(button.mapTo(self, button.rect().topLeft()))
            self.popover.open_at(place, self.choice.lesson)

    def escape(self) -> None:
        """Close what is open; else stop the run, or the counted ones; else leave what has the
        focus."""
        self.layout_.saying.hide()
        if self.presentation.blanked:
            self.presentation.blank()
        elif self._complete and self.layout_.stage.scene_shown.opened is not None:
            self.layout_.stage.open_object(None)
        elif self.popover.isVisible() and not self.popover.docked:
            self.popover.close_popover()
        elif self.conductor.results.many.running:
            self.conductor.results.many.cancel()
        elif self.presentation.on and not self.conductor.driver.running:
            self.presentation.end()
        elif self.conductor.driver.running or not self.focus_order.leave():
            self.conductor.driver.stop()

    def show_keys(self) -> None:
        """The table of all keys."""
        KeysTable(self, self.theme).open()

    def choose_folder(self) -> None:
        """A gallery of one's own beside the built-in one."""
        title, start = _("A folder with your own lessons"), str(self.memory.folder)
        name = QFileDialog.getExistingDirectory(self, title, start)
        if name:
            self.memory.folder = Path(name)
            folders, said, wrong = with_folder(self.memory.lesson_folders, Path(name))
            self.memory.lesson_folders = folders
            self.load_lessons()
            self.say(said, wrong)

    def pick_lesson(self, lesson: Lesson) -> None:
        """Remember what has been chosen."""
        self.memory.lesson = self.choice.name
        self.popover.show_current(lesson)
        self.setWindowTitle(f"{lesson.title} · ipcsim")
