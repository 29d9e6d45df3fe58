"""An exception in words, without calling anything that the program defined."""

from __future__ import annotations

from types import TracebackType, WrapperDescriptorType

from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.texts import Fact, facts_text

_PLAIN = (str, int, float, bool, bytes, type(None))
_LONGEST = 500


def described(error: BaseException) -> int:
    """Number of a text: JSON of :func:`facts_of`."""
    return facts_text(facts_of(error))


def facts_of(error: BaseException) -> dict[str, Fact]:
    """Type, message, and the program's own last file, line and its text.

    Where nothing of the program's has to do with it, the library's function that raised it.
    """
    file, line, within = _last_line(error.__traceback__)
    message = _message(error)
    if type(error) in (SyntaxError, IndentationError, TabError):
        assert isinstance(error, SyntaxError)
        message, file, line = str(error.msg), error.filename or file, error.lineno or line
    facts: dict[str, Fact] = {
        "type": _name(type(error)),
        "message": message[:_LONGEST],
        "file": file,
        "line": line,
        "text": _text(file, line),
    }
    return facts if file else {**facts, "within": within}


def _name(kind: type) -> str:
    module = kind.__module__
    return (
        kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"
    )


def _message(error: BaseException) -> str:
    if isinstance(type(error).__str__, WrapperDescriptorType) and all(
        type(part) in _PLAIN for part in error.args
    ):
        return str(error)
    return ", ".join(p if type(p) is str else type(p).__qualname__ for p in error.args)


def _last_line(traceback: TracebackType | None) -> tuple[str, int, str]:
    file, line, within = "", 0, ""
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if not is_ours(name):
            module = traceback.tb_frame.f_globals.get("__name__", "")
            within = f"{module}.{traceback.tb_frame.f_code.co_name}"
        # multiprocessing starts its interpreters by `python -c`.
        if not is_library(name) and not (name == "<string>" and traceback.tb_frame.f_back is None):
            file, line = name, traceback.tb_lineno
        traceback = traceback.tb_next
    return file, line, within


def _text(file: str, line: int) -> str:
    if not file:
        return ""
    import linecache  # the report that CPython prints loads it anyway

    return linecache.getline(file, line).strip()[:_LONGEST]
