"""What stays of the texts of records in a recording without values.

It goes into the old text's pieces: what finds no room there is cut off, which facts may not be.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ipcsim.export.left_of_output import LEFT_OUT, own_words


def object_left(text: str) -> str:
    """Facts of an object."""
    facts = _facts(text)
    return _dumped({name: of for name, of in facts.items() if name not in ("initial", "address")})


def error_left(text: str) -> str:
    """Facts of an exception."""
    facts = _facts(text)
    message = str(facts.pop("message", ""))
    left = own_words(message)
    fits = len(left.encode()) <= len(message.encode())
    return _dumped(facts | ({"message": left} if fits else {}))


def call_left(text: str) -> str:
    """``put(…)``, ``[…] = …``, ``.count = …``, ``len()``: a call as it is written, without what."""
    if text.startswith("["):
        return f"[{LEFT_OUT}] = {LEFT_OUT}" if "] = " in text else f"[{LEFT_OUT}]"
    if text.startswith("del ["):
        return f"del [{LEFT_OUT}]"
    if text.startswith("."):
        name, equals, _value = text.partition(" = ")
        return name + equals + LEFT_OUT * bool(equals)
    name, bracket, rest = text.partition("(")
    return text if rest == ")" else name + bracket + f"{LEFT_OUT})" * bool(bracket)


def file_call_left(text: str) -> str:
    """``data.txt.write(…)``; of a statement on a database which file it is."""
    return re.split("[(:→←]", text, maxsplit=1)[0].rstrip() + f"({LEFT_OUT})"


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _dumped(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
