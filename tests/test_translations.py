"""Every text is in every catalogue, with its placeholders, and the catalogues are compiled."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted(ROOT.glob("resources/translations/*/LC_MESSAGES/ipcsim.po"))
KEYWORDS = {"_": None, "ngettext": (1, 2)}


def texts() -> set[str]:
    """All texts of the code; of a plural the singular."""
    found = extract_from_dir(ROOT / "ipcsim", method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {text[0] if isinstance(text, tuple) else text for _, _, text, _, _ in found}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)[^}]*\}", text))


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def test_there_is_simplified_chinese() -> None:
    assert [path.parts[-3] for path in CATALOGUES] == ["zh_CN"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_missing(path: Path) -> None:
    known = {
        (message.id[0] if isinstance(message.id, tuple) else message.id)
        for message in catalogue(path)
        if message.string and (isinstance(message.string, str) or all(message.string))
    }
    assert not sorted(texts() - known)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_placeholders_agree(path: Path) -> None:
    for message in catalogue(path):
        if not message.id or not message.string:
            continue
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in strings:
            assert placeholders(string) == placeholders(ids[-1]), message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_it_is_compiled(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue(path):
        if isinstance(message.id, str) and message.id and message.string:
            assert compiled.gettext(message.id) == message.string
