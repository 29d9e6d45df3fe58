"""What this is, and whose fonts and libraries are in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ipcsim import __version__
from ipcsim.gui.look.icons import application_icon
from ipcsim.gui.look.sheet import Sheet
from ipcsim.gui.look.theme import Theme
from ipcsim.language import _
from ipcsim.run.versions import licences, versions


class About(Sheet):
    """Version, licence, what is recorded."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, _("About ipcsim"))
        px = theme.px
        whole = QWidget()
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(px(72), px(72)))
        row = QHBoxLayout(whole)
        row.setContentsMargins(*(px(22),) * 4)
        row.setSpacing(px(20))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(8))
        row.addLayout(column)
        known = "\n".join(f"{name} {version}" for name, version in versions())
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
            ("small", known),
            ("small", "\n".join(licences())),
        ):
            label = QLabel(text)
            label.setProperty("tone", tone)
            label.setWordWrap(True)
            label.setFixedWidth(min(px(420), parent.window().width() - px(160)))
            column.addWidget(label)
        copy = QPushButton(_("Copy for a bug report"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(known))
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_content(whole)
