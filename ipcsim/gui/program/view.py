"""The right column's upper half: the program, and the lesson's notes behind a tab."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.segments import Segments
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.program.code_marks import difference, elsewhere, marks
from ipcsim.gui.program.code_view import NOTHING, CodeView
from ipcsim.gui.program.notes import NotesView
from ipcsim.language import _
from ipcsim.run.lesson import Lesson, Variant
from ipcsim.trace.moment import Moment

LANGUAGES = (("en", "English"), ("zh_CN", "中文"))


class ProgramView(QWidget):
    """Shows a program's files, who is at which line, and what the other variant does otherwise."""

    line_clicked = Signal(str, int)
    """File and line to filter by; line 0: no more."""
    process_clicked = Signal(int)
    variant_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._lesson: Lesson | None = None
        self._variant: Variant | None = None
        self._file = ""
        self._wrong = False
        self._texts: dict[str, str] = {}
        self._compare = False
        self._bare = False
        self._moment = Moment(0)
        self._each = False
        self._who: Mapping[int, Identity] = {}

        self.code = CodeView(theme)
        self.code.line_clicked.connect(self._filter)
        self.code.process_clicked.connect(self.process_clicked)
        self._notes = NotesView()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.code)
        self._pages.addWidget(self._notes)

        self._name = QLabel()
        self._name.setProperty("tone", "strong")
        self._elsewhere = QPushButton()
        self._elsewhere.hide()
        self._elsewhere.clicked.connect(self._next_file)
        self._language = Segments()
        self._language.set_choices([(code, name, "") for code, name in LANGUAGES])
        self._language.choose(_("en"))
        self._language.chosen.connect(lambda _code: self._show_notes())
        self._notes_button = QPushButton(_("Notes"))
        self._notes_button.setToolTip(_("The lesson's notes, or its program (N)"))
        self._notes_button.clicked.connect(self.turn)
        self._switch = QPushButton()
        self._switch.clicked.connect(self._to_other)
        for button in (self._elsewhere, self._notes_button, self._switch):
            button.setProperty("kind", "link")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        self.menu = QMenu(self)
        """What stands over the program, for where it has no room there."""
        self._heading = QWidget()
        self._heading.setObjectName("heading")
        self._row = QHBoxLayout(self._heading)
        self._row.addWidget(self._name)
        self._row.addWidget(self._elsewhere)
        self._row.addStretch(1)
        self._row.addWidget(self._language)
        self._row.addWidget(self._switch)
        self._row.addWidget(self._notes_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self._pages, 1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self.code.set_theme(theme)
        self._notes.set_theme(theme)
        self._theme = theme
        self._row.setContentsMargins(theme.px(11), theme.px(1), theme.px(8), theme.px(1))
        self._row.setSpacing(theme.px(10))
        self._show_switch()
        self._show_notes()

    def set_bare(self, on: bool) -> None:
        """The program alone, what stands over it in the menu; of several files the name stays."""
        self._bare = on
        self._heading.setVisible(not on or self.noted or len(self._texts) > 1)

    # --- what is shown

    def show_program(self, file: Path, lesson: Lesson | None, variant: Variant | None) -> None:
        """Show a program that is going to be run.

        Raises:
            OSError: its file can't be read.
        """
        text = file.read_text("utf-8", errors="replace")
        self._lesson, self._variant = lesson, variant
        self._texts = {str(file): text}
        self._show_file(str(file))
        self._pages.setCurrentWidget(self.code)
        self._show_switch()
        self._show_notes()

    def show_unreadable(self, file: Path) -> None:
        """A program of which nothing can be shown: what stood there before is another one's."""
        self._lesson = self._variant = None
        self._texts = {str(file): ""}
        self._show_file(str(file))
        self._show_switch()
        self._show_notes()

    def show_sources(self, sources: Mapping[str, str]) -> None:
        """The text of every file that ran: what a recording or a run has kept."""
        self._texts.update(sources)
        self.set_bare(self._bare)
        if self._file not in self._texts and sources:
            self._show_file(next(iter(sources)))
        elif self._file in sources and sources[self._file] != self.code.toPlainText():
            self._show_file(self._file)

    def show_recorded(self, program: Path | None, sources: Mapping[str, str]) -> None:
        """The files of a recording: as they were when it ran, not as they are now."""
        if not sources:
            return
        if self._variant is None or program != self._variant.program:
            self._lesson = self._variant = None
            self._show_switch()
            self._show_notes()
        self._texts = dict(sources)
        self.set_bare(self._bare)
        own = str(program) if str(program) in sources else next(iter(sources))
        self._show_file(own)

    def show_moment(self, moment: Moment, who: Mapping[int, Identity], each: bool = False) -> None:
        """Show who is where at a moment.

        Args:
            each: each operation is looked at: statements that read and write are opened.
        """
        self._moment, self._who, self._each = moment, who, each
        self.code.show_marks(marks(moment, who, self._file, each))
        others = {f: n for f, n in elsewhere(moment, self._file).items() if f in self._texts}
        self._elsewhere.setVisible(bool(others))
        if others:
            file, count = max(others.items(), key=lambda item: item[1])
            text = _("{count} in {file} ▸").format(count=count, file=Path(file).name)
            self._elsewhere.setText(text)
            self._elsewhere.setProperty("file", file)

    def show_process(self, process: int) -> None:
        """Make the line that a process is at visible, in whichever file."""
        for one in self._moment.processes:
            if one.process != process or not one.actors:
                continue
            place = one.actors[0].place
            if place is None or (place.file != self._file and place.file not in self._texts):
                return
            if place.file != self._file:
                self._show_file(place.file)
                self.show_moment(self._moment, self._who, self._each)
            self.code.show_line(place.line)

    def show_wrong(self, file: str, line: int) -> None:
        """Mark the line where an exception came from; line 0 unmarks."""
        if line and not self._wrong and file != self._file and file in self._texts:
            self._show_file(file)
        self._wrong = bool(line)
        self.code.show_wrong(line if file == self._file else 0)

    def compare(self, on: bool) -> None:
        """Show the differences to the other variant: only when asked, since they tell the flaw."""
        self._compare = on
        self._show_difference()

    @property
    def file(self) -> str:
        """The path of the file on screen."""
        return self._file

    @property
    def noted(self) -> bool:
        """Whether the notes are shown instead of the program."""
        return self._pages.currentWidget() is self._notes

    # --- parts

    def _show_file(self, file: str) -> None:
        self._file = file
        self._name.setText(Path(file).name)
        self._name.setToolTip(file)
        if self._lesson is not None and Path(file).parent == self._lesson.folder:
            self._name.setText(f"{self._lesson.name}/{Path(file).name}")
        self.code.show_text(self._texts[file])
        self._show_difference()

    def _other(self) -> Variant | None:
        """The variant to switch to: the fixed one from a broken one, and back."""
        if self._lesson is None or self._variant is None:
            return None
        others = [v for v in self._lesson.variants if v.name != self._variant.name]
        wanted = "broken" if self._variant.name != "broken" else "fixed"
        return next((v for v in others if v.name == wanted), others[0] if others else None)

    def _show_switch(self) -> None:
        other = self._other()
        self._switch.setVisible(other is not None and not self._theme.presenting)
        if other is not None and self._variant is not None:
            self._switch.setText(f"{self._variant.name} ⇄ {other.name}")
            self._switch.setToolTip(_("The other variant, its differences marked (V)"))
        self._fill_menu()

    def _show_difference(self) -> None:
        other = self._other()
        here = self._variant is not None and self._file == str(self._variant.program)
        if not self._compare or other is None or not here:
            self.code.show_difference(NOTHING)
            return
        text = other.program.read_text("utf-8", errors="replace")
        self.code.show_difference(difference(self._texts[self._file].split("\n"), text.split("\n")))

    def _fill_menu(self) -> None:
        self.menu.clear()
        for button in (self._switch, self._notes_button):
            if not button.isHidden():
                self.menu.addAction(button.text(), button.click)

    def _to_other(self) -> None:
        other = self._other()
        if other is not None:
            self._compare = True
            self.variant_wanted.emit(other.name)

    def _next_file(self) -> None:
        file = str(self._elsewhere.property("file"))
        if file in self._texts:
            self._show_file(file)
            self.show_moment(self._moment, self._who, self._each)

    def _filter(self, line: int) -> None:
        self.line_clicked.emit(self._file, line)

    def show_filter(self, file: str, line: int) -> None:
        """Outline the line that the events are filtered by; 0 none."""
        self.code.show_filter(line if file == self._file else 0)

    def turn(self) -> None:
        """Show the lesson's notes instead of its program, or the program again."""
        showing = self.noted
        if not showing and self._notes_button.isHidden():
            return
        self._pages.setCurrentWidget(self.code if showing else self._notes)
        self._show_notes()

    def _show_notes(self) -> None:
        notes = {
            code: self._lesson.notes(code) if self._lesson is not None else ""
            for code, _name in LANGUAGES
        }
        showing = self.noted
        self.set_bare(self._bare)
        # They are for who speaks, not for the hall.
        self._notes_button.setVisible(any(notes.values()) and not self._theme.presenting)
        self._notes_button.setText(_("Program") if showing else _("Notes"))
        self._language.setVisible(showing and all(notes.values()))
        if showing:
            text = notes.get(self._language.choice, "") or next(filter(None, notes.values()), "")
            self._notes.show_notes(text)
        self._fill_menu()
