"""A person's own lessons: which folder is meant, and what has been found in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ipcsim.language import _, ngettext
from ipcsim.run.lessons import Gallery, load_gallery

FILE = "lesson.toml"


def meant(folder: Path) -> Path:
    """The folder of groups that somebody means who has chosen it, a group in it, or a lesson."""
    if any(folder.glob(f"*/*/{FILE}")):
        return folder
    if any(folder.glob(f"*/{FILE}")):
        return folder.parent
    return folder.parent.parent if (folder / FILE).is_file() else folder


def with_folder(folders: Sequence[Path], chosen: Path) -> tuple[list[Path], str, bool]:
    """The folders with another one, if it holds anything.

    Args:
        folders: those there are.
        chosen: by a person.

    Returns:
        The folders from now on, what to say, and whether that is a complaint.
    """
    folder = meant(chosen)
    if folder in folders:
        return list(folders), _("{name} is in the gallery already.").format(name=folder.name), False
    found: Gallery = load_gallery([folder])
    if found.problems:
        return [*folders, folder], found.problems[0], True
    count = len(found.lessons)
    if not count:
        text = _("No lessons in {name}: a lesson is a folder GROUP/NAME with a {file} in it.")
        return list(folders), text.format(name=chosen.name, file=FILE), True
    text = ngettext("{count} lesson from {name}.", "{count} lessons from {name}.", count)
    return [*folders, folder], text.format(count=count, name=folder.name), False
