"""Output: half lines, several writers, floods."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.output.lines import LINES
from ipcsim.gui.output.text import OutputReader, last_line
from ipcsim.gui.output.view import WAITING, OutputView
from ipcsim.supervisor.messages import Output


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


def test_the_last_line_is_what_a_run_came_to() -> None:
    assert last_line("a\nb\n\n") == "b"
    assert last_line("") == ""
