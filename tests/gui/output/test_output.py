"""Output: half lines, several writers, floods."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.qtbot import QtBot

from ipcsim.gui.look.theme import Theme, load_fonts
from ipcsim.gui.output.lines import LINES
from ipcsim.gui.output.text import OutputReader, last_line
from ipcsim.gui.output.view import WAITING, OutputView
from ipcsim.gui.results.verdict import OutputTail
from ipcsim.gui.session.loaded import load
from ipcsim.supervisor.messages import Output
from ipcsim.supervisor.recording import BLOCK_HEADER, FILE_HEADER, NO_RING
from ipcsim.trace.written import Written


def out(text: str | bytes, ring: int | None = 1, stream: int = 1, time: int = 0) -> Output:
    return Output(ring, stream, time, text.encode() if isinstance(text, str) else text)


def read(*outputs: Output) -> list[tuple[str, int | None, bool]]:
    reader = OutputReader()
    return [(p.text, p.writer, p.ends_line) for one in outputs for p in reader.read(one)]


def test_half_lines_keep_their_writers() -> None:
    assert read(out("from ", 1), out("two\nnext", 2)) == [
        ("from ", 1, False),
        ("two", 2, True),
        ("next", 2, False),
    ]


def test_a_character_may_come_in_halves() -> None:
    first, second = "é".encode()[:1], "é".encode()[1:]
    assert [p[0] for p in read(out(first), out(second + b"\n"))] == ["é"]


def test_what_a_terminal_would_hide_is_left_out() -> None:
    assert read(out("\x1b[31mred\x1b[0m\r\n")) == [("red", 1, True)]
    assert read(out("a\x00b\n"))[0][0] == "a·b"


def test_a_carriage_return_begins_the_line_again(qtbot: QtBot) -> None:
    view = OutputView(Theme())
    qtbot.addWidget(view)
    view.add([out("10 %\r"), out("20 %\rdone\nend")])
    qtbot.waitUntil(lambda: view.text == "done\nend")


def test_a_mixed_line_has_both_writers(qtbot: QtBot) -> None:
    view = OutputView(Theme())
    qtbot.addWidget(view)
    view.add([out("one ", 1), out("two", 2), out("\nthree\n", None)])
    qtbot.waitUntil(lambda: view.text == "one two\nthree")
    assert view.lines.writers(0) == [1, 2]
    assert view.lines.writers(1) == [None]


def test_a_flood_is_cut_and_that_is_said(qtbot: QtBot) -> None:
    view = OutputView(Theme())
    qtbot.addWidget(view)
    line = "x" * 99 + "\n"
    for _ in range(100):
        view.add([out(line * 1000)])
    assert view.waiting <= WAITING + 100_000
    view.add([out("the end\n")])
    qtbot.waitUntil(lambda: "the end" in view.text, timeout=10_000)
    assert view.lines.blockCount() <= LINES
    assert "MB not kept here" in view.notice


def test_of_a_recordings_flood_only_the_end_is_read(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte would take the window many seconds, and three gigabytes of memory."""
    data = b"x" * 1023 + b"\n"
    count = 4 * WAITING // len(data)
    with (tmp_path / "flood.ipcsim").open("wb") as file:
        file.write(FILE_HEADER)
        for piece in [*[data] * count, b"the end\n"]:
            header = BLOCK_HEADER.pack(b"OUTP", len(piece), crc32(piece), NO_RING, 1, 0)
            file.write(header + piece)
    outputs = load(tmp_path / "flood.ipcsim").trace.outputs
    read: list[int] = []
    real = vars(Written)["data"].fget

    def noted(piece: Written) -> bytes:
        read.append(piece.size)
        found: bytes = real(piece)
        return found

    monkeypatch.setattr(Written, "data", property(noted))
    tail = OutputTail()
    tail.take(outputs)
    assert tail.line == "the end"
    assert sum(read) <= OutputTail.KEPT + len(data)
    read.clear()
    view = OutputView(Theme())
    qtbot.addWidget(view)
    view.add([out("before\n")])
    view.add(outputs)
    qtbot.waitUntil(lambda: not view.waiting, timeout=10_000)
    assert view.text.endswith("the end")
    assert view.text.count("x\n") == WAITING // len(data) - 1
    assert "1 MB not kept here" in view.notice
    assert sum(read) <= WAITING + len(data)


def test_the_end_of_a_flood_of_wrapped_lines_is_in_sight(qtbot: QtBot) -> None:
    load_fonts()
    view = OutputView(Theme())
    qtbot.addWidget(view)
    view.resize(320, 200)
    view.show()
    for first in range(0, 2 * LINES, 500):
        view.add([out("".join(f"{n} {'x' * 65}\n" for n in range(first, first + 500)))])
        view.flush()
        QApplication.processEvents()
    assert view.lines.blockCount() == LINES
    assert view.lines.firstVisibleBlock().isValid()
    end = QTextCursor(view.lines.document().lastBlock())
    end.movePosition(QTextCursor.MoveOperation.End)
    inside = view.lines.viewport().rect()
    assert inside.contains(view.lines.cursorRect(end).center())


def test_the_last_line_is_what_a_run_came_to() -> None:
    assert last_line("a\nb\n\n") == "b"
    assert last_line("") == ""


FRAME = f'  File "/usr/lib/python3.11/{"long/" * 30}queue.py", line 239, in _get\n'
ERROR = "TypeError: '<' not supported between instances of 'dict' and 'dict', " * 3 + "the end\n"
TRACEBACK = (FRAME + "    return heappop()\n") * 12 + ERROR


def bottom(view: OutputView) -> float:
    """How far the last line's foot lies below what is visible; below 0 it is seen."""
    lines = view.lines
    end = QTextCursor(lines.document())
    end.movePosition(QTextCursor.MoveOperation.End)
    return lines.cursorRect(end).bottom() - lines.viewport().height()


@pytest.mark.parametrize("hidden", [False, True])
def test_the_last_line_of_a_traceback_stays_in_sight(
    qtbot: QtBot, qapp: QApplication, hidden: bool
) -> None:
    load_fonts()
    view = OutputView(Theme())
    qtbot.addWidget(view)
    view.resize(480, 160)
    if not hidden:
        view.show()
    view.add([out(TRACEBACK, 1, 2)])
    qtbot.waitUntil(lambda: view.text.endswith("the end"))
    view.show()
    qtbot.waitUntil(lambda: bottom(view) <= 0)
    for width, height in ((300, 160), (300, 90), (700, 120), (420, 200)):
        view.resize(width, height)
        qtbot.waitUntil(lambda: bottom(view) <= 0)
    for scale in (1.5, 2.5, 1.0):
        view.set_theme(Theme(scale=scale))
        qtbot.waitUntil(lambda: bottom(view) <= 0)


def test_who_has_scrolled_up_stays_there(qtbot: QtBot) -> None:
    view = OutputView(Theme())
    qtbot.addWidget(view)
    view.resize(480, 160)
    view.show()
    view.add([out(TRACEBACK, 1, 2)])
    qtbot.waitUntil(lambda: view.text.endswith("the end"))
    bar = view.lines.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)
    view.add([out("more\n" * 30)])
    qtbot.waitUntil(lambda: view.text.endswith("more"))
    view.resize(300, 120)
    view.set_theme(Theme(scale=1.5))
    QApplication.processEvents()
    assert bottom(view) > 0
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    view.add([out("again\n" * 30)])
    qtbot.waitUntil(lambda: view.text.endswith("again") and bottom(view) <= 0)
