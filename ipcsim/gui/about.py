"""What this is, and whose fonts and libraries are in it."""

from __future__ import annotations

import platform

import pyqtgraph
import PySide6
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ipcsim import __version__
from ipcsim.gui.icons import application_icon
from ipcsim.gui.theme import Theme
from ipcsim.language import _


class About(QDialog):
    """Version, licence, what is recorded."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("About ipcsim"))
        px = theme.px
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(px(72), px(72)))
        row = QHBoxLayout(self)
        row.setContentsMargins(*(px(22),) * 4)
        row.setSpacing(px(20))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(8))
        row.addLayout(column)
        versions = _("Python {python} · Qt {qt} · PySide {pyside} · pyqtgraph {graph}").format(
            python=platform.python_version(),
            qt=qVersion(),
            pyside=PySide6.__version__,
            graph=pyqtgraph.__version__,
        )
        for tone, text in (
            ("big", f"ipcsim {__version__}"),
            ("", _("Real multiprocessing programs, made visible.")),
            (
                "dim",
                _(
                    "Everything stays on this computer. A recording contains the arguments and "
                    "values that the program worked with: look before you pass one on."
                ),
            ),
            ("small", versions),
            ("small", _("MIT licence. Fonts Inter and JetBrains Mono: SIL Open Font License.")),
        ):
            label = QLabel(text)
            label.setProperty("tone", tone)
            label.setWordWrap(True)
            label.setFixedWidth(px(420))
            column.addWidget(label)
