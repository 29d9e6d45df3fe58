"""The gallery: mechanisms by their API names, and the lessons of each.

Picking a mechanism opens its first lesson at once, ready to run, behind the gallery; a click
anywhere else closes the gallery and does what it does. So it is three clicks to a running lesson.
On a large screen the gallery stands beside the stage and stays.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.gallery.lesson_list import LESSON, LessonList
from ipcsim.gui.gallery.words import KEYS, commands, matches
from ipcsim.gui.look.flow import Flow
from ipcsim.gui.look.theme import Theme
from ipcsim.language import _
from ipcsim.run.lesson import Lesson, Variant
from ipcsim.run.lessons import Gallery

WIDTH, HEIGHT = 640, 560
DOCK = 280
"""Its width at 100 % where it stays."""
_ANY = 16_777_215
"""What Qt has for: as wide as one likes."""


class GalleryPopover(QFrame):
    """A frame over the window, under the gallery's button."""

    lesson_wanted = Signal(object, object)
    """A :class:`Lesson` and its :class:`Variant`."""
    command_wanted = Signal(str)
    """One of :func:`commands`."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._window = parent
        self.setObjectName("popover")
        self._gallery = Gallery(())
        self._in_notes = False
        """Nothing but lessons' notes has the words that are looked for."""
        self._current: Lesson | None = None
        self._theme = theme
        self.docked = False
        """Whether it stands in the window's layout."""
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search mechanisms and lessons"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.installEventFilter(self)
        self._mechanisms = QListWidget()
        self._mechanisms.setObjectName("mechanisms")
        self._mechanisms.setAccessibleName(_("Mechanisms"))
        self._mechanisms.itemClicked.connect(self._pick_mechanism)
        self._mechanisms.currentItemChanged.connect(lambda *_items: self._fill_lessons())
        self._mechanisms.itemActivated.connect(self._pick_and_close)
        self._lessons = LessonList(theme)
        self._lessons.itemClicked.connect(self._pick_lesson)
        self._lessons.itemActivated.connect(self._pick_lesson)
        self._problems = QLabel()
        self._problems.setProperty("tone", "red")
        self._problems.setWordWrap(True)
        self._commands = QWidget()
        self._flow = Flow(self._commands)
        for name, text in commands():
            button = QPushButton(text)
            button.setProperty("kind", "link")
            button.setToolTip(KEYS.get(name, ""))
            button.clicked.connect(lambda _on=False, wanted=name: self._command(wanted))
            self._flow.addWidget(button)
        self._grid = QGridLayout()
        self._grid.addWidget(self._mechanisms, 0, 0)
        self._grid.addWidget(self._lessons, 0, 1)
        self._grid.setColumnStretch(1, 1)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.search)
        self._layout.addLayout(self._grid, 1)
        self._layout.addWidget(self._problems)
        self._layout.addWidget(self._commands)
        self.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._lessons.set_theme(theme)
        margin = theme.px(12)
        self._layout.setContentsMargins(margin, margin, margin, theme.px(8))
        self._layout.setSpacing(theme.px(8))
        self._grid.setSpacing(theme.px(10))
        self._flow.setSpacing(theme.px(8))
        self._arrange()
        self._fill()

    def dock(self, on: bool) -> None:
        """Stand in the window's layout, mechanisms above lessons; or be a popover again.

        The caller puts it there, or takes it out.
        """
        self.close_popover()
        self.docked = on
        # Its look goes by its name.
        self.setObjectName("dock" if on else "popover")
        self.style().unpolish(self)
        self.style().polish(self)
        if not on:
            self.setParent(self._window)
        self._arrange()
        self.show_current(self._current)
        self.setVisible(on)

    def show_current(self, lesson: Lesson | None) -> None:
        """The lesson that is open: marked where the gallery stays."""
        self._current = lesson
        if self.docked:
            self._fill(lesson)

    def show_gallery(self, gallery: Gallery) -> None:
        """Offer other lessons."""
        self._gallery = gallery
        self._problems.setText("\n".join(gallery.problems))
        self._problems.setVisible(bool(gallery.problems))
        self._fill()

    def open_at(self, place: QRect, current: Lesson | None) -> None:
        """Show it under its button.

        Args:
            place: of the button, within the parent.
            current: the lesson that is open, to begin with.
        """
        window = self._window
        width = min(self._theme.px(WIDTH), window.width() - 2 * place.left())
        height = min(self._theme.px(HEIGHT), window.height() - place.bottom() - 12)
        self.setGeometry(place.left(), place.bottom() + 6, width, height)
        self.search.clear()
        self._fill(current)
        self.show()
        self.raise_()
        self.search.setFocus()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def close_popover(self) -> None:
        """Put it away."""
        if self.docked:
            self._window.setFocus()
        elif self.isVisible():
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            self.hide()
            self._window.setFocus()

    # --- contents

    def _arrange(self) -> None:
        px, grid = self._theme.px, self._grid
        grid.removeWidget(self._lessons)
        if self.docked:
            grid.addWidget(self._lessons, 1, 0)
            self._mechanisms.setMinimumWidth(0)
            self._mechanisms.setMaximumWidth(_ANY)
        else:
            grid.addWidget(self._lessons, 0, 1)
            self._mechanisms.setFixedWidth(px(176))
        grid.setColumnStretch(1, 0 if self.docked else 1)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(1, 1 if self.docked else 0)
        self.setMinimumWidth(px(DOCK) * 3 // 4 if self.docked else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.docked and event.size().width() != event.oldSize().width():
            # Sentences are wrapped otherwise.
            self._fill_lessons()

    def _fill(self, current: Lesson | None = None) -> None:
        words = self.search.text().lower().split()
        before = self._mechanisms.currentItem()
        chosen = before.data(LESSON) if before is not None else ""
        if current is not None:
            chosen = current.mechanisms[0]
        self._mechanisms.blockSignals(True)
        self._mechanisms.clear()
        gallery = self._gallery.by_mechanism()
        # Who looks for "deadlock" means the lesson that only its notes call so.
        self._in_notes = not any(
            matches(lesson, mechanism, words)
            for mechanism in gallery
            for lesson in gallery[mechanism]
        )
        for mechanism, lessons in gallery.items():
            if not any(matches(lesson, mechanism, words, self._in_notes) for lesson in lessons):
                continue
            item = QListWidgetItem(mechanism)
            item.setData(LESSON, mechanism)
            item.setToolTip(lessons[0].title)
            self._mechanisms.addItem(item)
            if mechanism == chosen:
                self._mechanisms.setCurrentItem(item)
        if self._mechanisms.currentItem() is None:
            self._mechanisms.setCurrentRow(0)
        self._mechanisms.blockSignals(False)
        self._fill_lessons()

    def _fill_lessons(self) -> None:
        self._lessons.clear()
        item = self._mechanisms.currentItem()
        if item is None and not self._gallery.lessons:
            # The lessons are read once the window is on screen.
            return
        if item is None:
            self._lessons.say(_("No lesson contains these words."))
            return
        words = self.search.text().lower().split()
        mechanism = str(item.data(LESSON))
        beside = 0 if self.docked else 176 + 10
        width = self.width() - self._theme.px(beside + 12 + 12 + 14)
        for lesson in self._gallery.by_mechanism()[mechanism]:
            if matches(lesson, mechanism, words, self._in_notes):
                self._lessons.add(lesson, width, marked=self.docked and lesson == self._current)

    # --- picking

    def _pick_mechanism(self, item: QListWidgetItem) -> None:
        lessons = self._gallery.by_mechanism()[str(item.data(LESSON))]
        self.lesson_wanted.emit(lessons[0], lessons[0].variants[0])
        if self.docked:
            self.close_popover()

    def _pick_and_close(self, item: QListWidgetItem) -> None:
        self._pick_mechanism(item)
        self.close_popover()

    def _pick_lesson(self, item: QListWidgetItem) -> None:
        lesson = item.data(LESSON)
        if isinstance(lesson, Lesson):
            variant: Variant = lesson.variants[0]
            self.close_popover()
            self.lesson_wanted.emit(lesson, variant)

    def _command(self, name: str) -> None:
        self.close_popover()
        self.command_wanted.emit(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and watched is self.search:
            if event.type() == QEvent.Type.KeyPress and self._key(event):
                return True
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            inside = QRect(self.mapToGlobal(self.rect().topLeft()), self.size())
            if isinstance(watched, QWidget) and not inside.contains(
                event.globalPosition().toPoint()
            ):
                # The click goes on to what it hit.
                self.close_popover()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        rows = self._mechanisms.count()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and rows:
            by = 1 if event.key() == Qt.Key.Key_Down else -1
            self._mechanisms.setCurrentRow((self._mechanisms.currentRow() + by) % rows)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and rows:
            first = self._lessons.item(0)
            if self.search.text() and first is not None:
                self._pick_lesson(first)
            else:
                self._pick_and_close(self._mechanisms.currentItem())
            return True
        return False
