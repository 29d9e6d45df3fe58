"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from ipcsim.gui.look.theme import NAMES, SCALES, Theme
from ipcsim.gui.step.bookmarks import Bookmarks


class Memory:
    """QSettings with names and types. Values that make no sense any more are as if never set."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings or QSettings("ipcsim", "ipcsim")

    @property
    def theme(self) -> Theme:
        """The look; scale within its limits."""
        name = str(self._settings.value("look/theme", "dark", type=str))
        scale = float(str(self._settings.value("look/scale", 1.0, type=float)))
        still = bool(self._settings.value("look/reduced_motion", False, type=bool))
        return Theme(
            name=name if name in NAMES else "dark",
            scale=min(max(scale, SCALES[0]), SCALES[-1]),
            reduced_motion=still,
        )

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._settings.setValue("look/theme", theme.name)
        self._settings.setValue("look/scale", theme.scale)
        self._settings.setValue("look/reduced_motion", theme.reduced_motion)

    @property
    def lesson(self) -> str:
        """``lost_update/broken``; empty before the first."""
        return str(self._settings.value("lesson", "", type=str))

    @lesson.setter
    def lesson(self, name: str) -> None:
        self._settings.setValue("lesson", name)

    @property
    def python(self) -> str | None:
        """Path of the Python that was chosen; None is our own."""
        return str(self._settings.value("python", "", type=str)) or None

    @python.setter
    def python(self, path: str | None) -> None:
        self._settings.setValue("python", path or "")

    @property
    def geometry(self) -> QByteArray:
        """Of the window; empty before the first close."""
        value = self._settings.value("window/geometry", QByteArray(), type=QByteArray)
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("window/geometry", geometry)

    def splitter(self, name: str) -> QByteArray:
        """Where a splitter's handles were; empty before."""
        value = self._settings.value(f"window/{name}", QByteArray(), type=QByteArray)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_splitter(self, name: str, state: QByteArray) -> None:
        """Remember a splitter."""
        self._settings.setValue(f"window/{name}", state)

    def positions(self, program: str) -> dict[str, tuple[float, float]]:
        """Where things of a program's stage have been dragged; empty for none.

        Args:
            program: a lesson's name, or a path.
        """
        try:
            found = json.loads(str(self._settings.value(_key(program), "{}", type=str)))
            return {str(name): (float(x), float(y)) for name, (x, y) in found.items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    def set_positions(self, program: str, positions: Mapping[str, tuple[float, float]]) -> None:
        """Remember where things have been dragged; nothing dragged is forgotten."""
        if positions:
            self._settings.setValue(_key(program), json.dumps(positions))
        else:
            self._settings.remove(_key(program))

    @property
    def dock(self) -> bool:
        """Whether the gallery stands beside the stage where there is room for it."""
        return bool(self._settings.value("window/gallery", True, type=bool))

    @dock.setter
    def dock(self, on: bool) -> None:
        self._settings.setValue("window/gallery", on)

    @property
    def lesson_folders(self) -> list[Path]:
        """A lecturer's own galleries."""
        value = str(self._settings.value("lesson_folders", "", type=str))
        return [Path(line) for line in value.splitlines() if line]

    @lesson_folders.setter
    def lesson_folders(self, folders: Iterable[Path]) -> None:
        self._settings.setValue("lesson_folders", "\n".join(map(str, folders)))

    @property
    def folder(self) -> Path:
        """Where something was last opened or saved; at first where ipcsim was started."""
        found = Path(str(self._settings.value("folder", "", type=str)))
        return found if found.is_absolute() and found.is_dir() else Path.cwd()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._settings.setValue("folder", str(folder.absolute()))

    @property
    def bookmarks(self) -> Bookmarks:
        """Nine places to come back to."""
        return Bookmarks(self._settings)

    def forget_geometry(self) -> None:
        """Begin again with the layout as it comes."""
        self._settings.remove("window")


def _key(program: str) -> str:
    # A path's slashes would make groups of groups.
    return f"positions/{sha256(program.encode()).hexdigest()[:16]}"
