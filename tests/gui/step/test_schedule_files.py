"""Files of schedules that can't be played: a sentence says why, where somebody looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ipcsim.gui.memory import Memory
from ipcsim.gui.window import Window

WHOLE = {"format": "ipcsim-schedule", "version": 1, "program": "nowhere.py", "choices": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps({k: v for k, v in WHOLE.items() if k != "choices"}), "it has no 'choices'"),
        (json.dumps({**WHOLE, "choices": ["main"]}), "is damaged"),
        (json.dumps({**WHOLE, "format": "other"}), "is no schedule of ipcsim"),
        (json.dumps({**WHOLE, "version": 9}), "is of version 9"),
        ("rubbish", "is no schedule"),
        (json.dumps(WHOLE), "nowhere.py, which isn't there"),
        (json.dumps({**WHOLE, "program": "lesson:gone"}), "there is no lesson gone"),
    ],
)
def test_on_an_empty_stage_a_card_says_why(
    qtbot: QtBot, memory: Memory, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "one.schedule"
    file.write_text(content)
    window = Window(memory)
    qtbot.addWidget(window)
    window.show()
    window.complete()
    window.open_file(file)
    labels = [w.text() for w in window.layout_.card.findChildren(QLabel) if w.isVisible()]
    assert any(said in text for text in labels), labels
    assert said in window.layout_.status.sentence
    window.close()
