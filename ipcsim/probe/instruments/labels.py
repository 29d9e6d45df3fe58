"""A call as the program would write it, with what may be shown of its arguments.

Only values whose type is exactly a builtin are shown, their first 16 characters; of others the
type, and the length where a builtin knows it. No method of a payload is called.
"""

from __future__ import annotations

from binascii import crc32

from ipcsim.probe.type_words import Any

_SHOWN = (int, float, bool, type(None), str, bytes)
_SIZED = (list, tuple, dict, set, frozenset, bytearray, range)
_MOST = 16


def label(value: object) -> str:
    """At most 16 characters of a plain value; else type and size."""
    kind = type(value)
    if kind is int and value.bit_length() > 4096:  # type: ignore[attr-defined]
        return kind.__name__
    if kind in (str, bytes) and len(value) > _MOST:  # type: ignore[arg-type]
        value = value[: _MOST - 1]  # type: ignore[index]
        return f"{value!r}…"
    if kind in _SHOWN:
        shown = repr(value)
        return shown if len(shown) <= _MOST + 2 else shown[:_MOST] + "…"
    if kind in _SIZED:
        return f"{kind.__name__}·{len(value)}"  # type: ignore[arg-type]
    return str(type.__dict__["__name__"].__get__(kind))


def mark(value: object) -> int:
    """In the form of a fingerprint: tells two values apart as far as their labels do."""
    data = label(value).encode("utf-8", "backslashreplace")
    return len(data) << 32 | crc32(data)


def call_text(method: str, args: tuple[Any, ...], kwds: dict[str, Any]) -> str:
    """``put('a')``, ``['x'] = 3``, ``.count``, ``len()``: a call without the object before it."""
    shown = [label(value) for value in args]
    if method in ("__getattribute__", "__setattr__", "__delattr__") and type(args[0]) is str:
        shown[0] = args[0]
    form = _WRITTEN.get((method, len(shown)))
    if form is not None and not kwds:
        return form.format(*shown)
    shown += [f"{name}={label(value)}" for name, value in kwds.items()]
    name = "_getvalue" if method == "#GETVALUE" else method
    return f"{name}({', '.join(shown)})"


_WRITTEN = {
    ("__getitem__", 1): "[{}]",
    ("__setitem__", 2): "[{}] = {}",
    ("__delitem__", 1): "del [{}]",
    ("__contains__", 1): "{} in",
    ("__len__", 0): "len()",
    ("__iter__", 0): "iter()",
    ("__next__", 0): "next()",
    ("__repr__", 0): "str()",
    ("__getattribute__", 1): ".{}",
    ("__setattr__", 2): ".{} = {}",
    ("__delattr__", 1): "del .{}",
}
