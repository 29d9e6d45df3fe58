"""All actions and their keys, in one table: the window binds them, ``?`` shows them.

Page Up and Page Down stay free: presenters' clickers send them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from ipcsim.gui.look.sheet import Sheet
from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme
from ipcsim.language import _

_TWO_COLUMNS = 740
"""Pixels at 100 % that two columns of keys take."""


@dataclass(frozen=True)
class Action:
    """Something a person can do with a key."""

    name: str
    keys: tuple[str, ...]
    """As QKeySequence reads them; the first is shown."""
    text: str
    group: str
    shown: str = ""
    """How the keys are written in the table, if not as they are."""


def actions() -> tuple[Action, ...]:
    """The table, in the language of the person."""
    run, time, look, go = _("Run"), _("Time"), _("Look"), _("Go to")
    numbers = tuple(
        Action(f"process_{n}", (str(n),), _("select that process (0: main)"), go, "0 – 9")
        for n in range(10)
    )
    marks = tuple(
        Action(f"mark_{n}", (f"Ctrl+{n}",), _("Step: put a bookmark here"), go, "Ctrl 1 – 9")
        for n in range(1, 10)
    )
    returns = tuple(
        Action(f"return_{n}", (f"Alt+{n}",), _("Step: go to that bookmark"), go, "Alt 1 – 9")
        for n in range(1, 10)
    )
    return (
        Action("run_pause", ("Space",), _("run, pause, go on"), run, _("Space")),
        Action("stop", ("Esc",), _("stop (or close what is open)"), run),
        Action("restart", ("Ctrl+R",), _("restart"), run),
        Action("run_many", ("Ctrl+Shift+R",), _("run 20 times and count"), run),
        Action("more_workers", ("+",), _("one worker more"), run),
        Action("fewer_workers", ("-",), _("one worker fewer"), run, "−"),
        Action("slower", ("[",), _("slower"), time),
        Action("faster", ("]",), _("faster"), time),
        Action("step_mode", ("S",), _("step by hand, or at full speed"), run),
        Action("explore", ("X",), _("explore all interleavings"), run),
        Action("losing", ("Shift+S",), _("Step: the schedule that loses"), run, "Shift S"),
        Action("open_up", ("O",), _("Step: open calls up into their operations"), run),
        Action("step_line", ("L",), _("Step: over a line"), run),
        Action("step_blocked", ("U",), _("Step: until it can't go on"), run),
        Action("play_slowly", ("P",), _("play slowly what just happened"), time),
        Action("play_back", ("Shift+P",), _("play it backwards"), time, "Shift P"),
        Action("next_event", ("Right",), _("next event"), time, "→"),
        Action("previous_event", ("Left",), _("previous event"), time, "←"),
        Action("own_next", (".",), _("next event of the selected process"), time),
        Action("own_previous", (",",), _("previous event of the selected process"), time),
        Action("begin", ("Home",), _("to the beginning"), time),
        Action("end", ("End",), _("to the end, or live"), time),
        Action("next_panel", ("Tab",), _("next panel"), go),
        Action("controls", ("F6",), _("to the buttons; Tab goes on, Enter presses"), go),
        Action("timeline", ("T",), _("timeline"), go),
        Action("interleaving", ("I",), _("interleaving"), go),
        Action("events", ("E",), _("events"), go),
        Action("findings", ("F",), _("findings"), go),
        Action("replay", ("R",), _("replay the finding step by step"), go),
        Action("gallery", ("G",), _("gallery"), go),
        *numbers,
        *marks,
        *returns,
        Action("notes", ("N",), _("the lesson's notes, or its program"), go),
        Action("variant", ("V",), _("broken or fixed"), go),
        Action("open", ("Ctrl+O",), _("open a program or a recording"), go),
        Action("save", ("Ctrl+S",), _("save the recording"), go),
        Action("larger", ("Ctrl++", "Ctrl+="), _("larger"), look, "Ctrl +"),
        Action("smaller", ("Ctrl+-",), _("smaller"), look, "Ctrl −"),
        Action("normal_size", ("Ctrl+0",), _("normal size"), look, "Ctrl 0"),
        Action("theme", ("D",), _("dark or light"), look),
        Action("present", ("F11",), _("present"), look),
        Action("stage_alone", ("M",), _("the stage alone, or with its panel"), look),
        Action("blank", ("B",), _("blank the screen"), look),
        Action("keys", ("?", "F1"), _("all keys"), look),
        Action("quit", ("Ctrl+Q",), _("quit"), look),
    )


def bind(window: QWidget, slots: dict[str, Callable[[], object]]) -> dict[str, QShortcut]:
    """Connect every action's keys.

    Args:
        window: where the keys work.
        slots: what each action does, by name.

    Raises:
        KeyError: an action has no slot: a key in the table would do nothing.
    """
    bound: dict[str, QShortcut] = {}
    for action in actions():
        shortcut = QShortcut(window)
        shortcut.setKeys([QKeySequence(key) for key in action.keys])
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(slots[action.name])
        bound[action.name] = shortcut
    return bound


class KeysTable(Sheet):
    """What ``?`` shows."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, _("Keys"))
        table = QWidget()
        layout = QHBoxLayout(table)
        layout.setContentsMargins(*(theme.px(20),) * 4)
        layout.setSpacing(theme.px(32))
        groups: dict[str, dict[str, str]] = {}
        for action in actions():
            shown = action.shown or action.keys[0].replace("+", " ").strip() or action.keys[0]
            groups.setdefault(action.group, {})[shown] = action.text
        # At 250 % there is room for one column.
        narrow = theme.px(_TWO_COLUMNS) > parent.window().width()
        halves = (QGridLayout(),) if narrow else (QGridLayout(), QGridLayout())
        for half in halves:
            half.setHorizontalSpacing(theme.px(14))
            half.setVerticalSpacing(theme.px(5))
            layout.addLayout(half)
        for group, lines in groups.items():
            # The shorter column takes the next group.
            half = min(halves, key=lambda grid: grid.count())
            heading = QLabel(group)
            set_property(heading, "tone", "title")
            if half.count():
                half.setRowMinimumHeight(half.rowCount(), theme.px(8))
            half.addWidget(heading, half.rowCount(), 0, 1, 2)
            for shown, text in lines.items():
                key = QLabel(shown)
                set_property(key, "tone", "strong")
                row = half.rowCount()
                half.addWidget(key, row, 0)
                half.addWidget(QLabel(text), row, 1)
        for half in halves:
            half.setRowStretch(half.rowCount(), 1)
        self.show_content(table)
