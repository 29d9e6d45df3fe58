"""The strip under the top bar: what else a run is given, and what the last ones came to."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.choosing.parameters import Chosen, Value
from ipcsim.gui.look.flow import Flow
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.results.results import ResultsBar
from ipcsim.language import _
from ipcsim.run.interpreters import OWN, examine, find_interpreters
from ipcsim.run.programs import Parameter, fits

METHODS = ("fork", "spawn", "forkserver")
_OTHER = object()


def python_name(path: str | None) -> str:
    """``3.12.1`` for the Python at ``path``, ``3.12.1 · venv`` for that of a virtual environment:
    there may be several of a version; None is our own."""
    if path is None or path == OWN.path:
        return OWN.number
    python, folder = examine(path), Path(path).parent.parent
    if python is None:
        return path
    inside = (folder / "pyvenv.cfg").is_file()
    return f"{python.number} · {folder.name}" if inside else python.number


class Strip(QWidget):
    """Edits a :class:`Choice`; a change counts for the next run."""

    problem = Signal(str)

    def __init__(self, choice: Choice, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._choice = choice
        self._theme = theme
        self._flow = Flow(self)
        self._items: list[QWidget] = []
        self._carried = QWidget()
        self._row = QHBoxLayout(self._carried)
        self.results = ResultsBar(theme)
        self._carried.hide()
        choice.changed.connect(self._fill)
        choice.given.connect(self._fill)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._flow.setContentsMargins(theme.px(12), theme.px(1), theme.px(12), theme.px(1))
        self._flow.setSpacing(theme.px(16))
        self._flow.least = theme.px(28)
        self._row.setContentsMargins(0, theme.px(3), 0, theme.px(3))
        self._row.setSpacing(theme.px(6))
        self.results.set_theme(theme)
        self._fill()

    def carry(self, widgets: tuple[QWidget, ...]) -> None:
        """Have these at the right end: the bar above has no room for them."""
        for widget in widgets:
            self._row.addWidget(widget)
        self._carried.setVisible(bool(widgets))
        self._flow.invalidate()

    def results_changed(self) -> None:
        """The results need another width."""
        self._flow.invalidate()

    def _fill(self) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for item in self._items:
            # It goes later: until then the new ones would stand on it.
            item.hide()
            item.deleteLater()
        choice = self._choice
        self._items = []
        for one in choice.further:
            tip = _("{name}: {kind}. Click to change; counts for the next run.").format(
                name=one.name, kind=one.annotation or _("any value")
            )
            value = Value(one.name, choice.value(one), tip, self._theme)
            value.changed.connect(choice.set_value)
            value.finished.connect(partial(self._check, one, value))
            value.show_wrong(not fits(one, choice.value(one)))
            self._items.append(value)
        if choice.lesson is None and choice.program is not None:
            arguments = Value(
                _("arguments"),
                " ".join(choice.arguments),
                _("Arguments of the program, separated by spaces"),
                self._theme,
            )
            arguments.changed.connect(lambda _name, text: self._set_arguments(text))
            arguments.finished.connect(partial(self._check_arguments, arguments))
            self._items.append(arguments)
        self._items.append(self._start_method())
        self._items.append(self._python())
        for item in self._items:
            self._flow.addWidget(item)
            item.show()
        self._flow.add_spring()
        self._flow.addWidget(self.results)
        self._flow.addWidget(self._carried)

    def _start_method(self) -> Chosen:
        chosen = Chosen(
            _("start method"),
            lambda: [(None, _("default")), *((method, method) for method in METHODS)],
            self._choice.start_method or _("default"),
            _("How processes are started, unless the program says it itself"),
            self._theme,
        )
        chosen.changed.connect(self._set_method)
        return chosen

    def _python(self) -> Chosen:
        path = self._choice.python or OWN.path
        tip = _("The Python that runs the program; ipcsim needn't be installed there")

        def offered() -> list[tuple[object, str]]:
            found = [each.path for each in find_interpreters()]
            found += [] if path in found else [path]
            return [*((each, python_name(each)) for each in found), (_OTHER, _("Another …"))]

        chosen = Chosen("Python", offered, python_name(path), f"{tip}\n{path}", self._theme)
        chosen.changed.connect(self._set_python)
        return chosen

    def _check(self, parameter: Parameter, value: Value, name: str, text: str) -> None:
        wrong, kind = not fits(parameter, text), parameter.annotation
        value.show_wrong(wrong)
        sentence = _("{name} wants {kind}, not {text}.").format(
            name=name, kind=kind or type(parameter.default).__name__, text=repr(text)
        )
        self.problem.emit(sentence if wrong else "")

    def _check_arguments(self, value: Value, _name: str, text: str) -> None:
        error = self._set_arguments(text)
        value.show_wrong(bool(error))
        wrong = _("These arguments can't be read: {error}").format(error=error)
        self.problem.emit(wrong if error else "")

    def _set_arguments(self, text: str) -> str:
        """Returns why they can't be read; what can't leaves those before."""
        try:
            self._choice.arguments = shlex.split(text)
        except ValueError as error:
            return str(error)
        return ""

    def _set_method(self, method: object) -> None:
        self._choice.start_method = method if isinstance(method, str) else None
        self._fill()

    def choose_python(self) -> None:
        """Ask for another Python."""
        path = QFileDialog.getOpenFileName(self, _("Python"), str(Path.home()))[0]
        if path and examine(path) is None:
            self.problem.emit(_("{path} is no CPython 3.10 to 3.13.").format(path=path))
        elif path:
            self._set_python(path)

    def _set_python(self, path: object) -> None:
        if path is _OTHER:
            self.choose_python()
        elif path:
            self._choice.python = None if path == OWN.path else str(path)
            self.problem.emit("")
            self._fill()
