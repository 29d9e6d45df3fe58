"""The probe's modules in one file, for the interpreters that a program starts.

A spawned child imports some fifty of them. To look for a module, to check and to read its file
takes longer than to run it; so the first process that spawns writes what it has imported into one
file of the session's private directory, and children take it from there. What isn't in it, or was
written by another Python, is imported as ever; :mod:`ipcsim.probe.bundled` finds the rest.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib_external import MAGIC_NUMBER
from collections.abc import Iterable
from contextlib import suppress
from types import CodeType

from ipcsim.probe.install import INSTRUMENTS, LATE
from ipcsim.probe.type_words import Final

FILE: Final = "probe"
"""Name of the file in the session's directory."""
_WORDS: Final = "ipcsim.events"
_PLAIN: Final = "ipcsim.probe.plain_words"
_ASKED: Final = (_WORDS, "__future__", "termios")
"""Modules of which the probe needs some words and numbers only. To load them takes a new process
milliseconds; it gets the words from a module of ours, and the program, should it import one of
these modules, the real one."""
_TRAVEL: Final = "ipcsim.probe.travel"
_CONTROL: Final = "ipcsim.probe.control.install"

Bundled = tuple[str, list[str] | None, CodeType]
"""A module's file, a package's folders, and its code."""


def write(directory: str) -> None:
    """Write the modules of ours that this process has imported; once in a session."""
    path = os.path.join(directory, FILE)
    if os.path.exists(path):
        return
    from ipcsim.probe import bundled

    modules: dict[str, Bundled] = {}
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        ours = name == "ipcsim" or name.startswith("ipcsim.probe")
        if ours and spec is not None and spec.origin:
            modules[name] = spec.origin, spec.submodule_search_locations, spec.loader.get_code(name)
    # Its own code comes first: the child has nothing yet that could find modules in it.
    own_code = modules.pop(bundled.__name__, None)
    if own_code is None:
        return  # this process has been started from a bundle, which is gone: so is the session
    finder = own_code[2]
    for name, (origin, folders, code) in modules.items():
        names = tuple(_PLAIN if used in _ASKED else used for used in code.co_names)
        modules[name] = origin, folders, code.replace(co_names=names)
    if _PLAIN not in modules:
        modules[_PLAIN] = __file__, None, compile(plain_words(), _PLAIN, "exec")
    packed: list[bytes] = []
    where: dict[str, int] = {}
    for group in reversed(together(modules)):
        packed.insert(0, marshal.dumps({name: modules[name] for name in group}))
        where.update(dict.fromkeys(group, sum(map(len, packed))))
    own = f"{path}.{os.getpid()}"
    head = marshal.dumps((finder, where))
    with open(own, "wb") as file:
        file.writelines([MAGIC_NUMBER, len(head).to_bytes(4, "little"), head, *packed])
    os.replace(own, path)


def together(modules: dict[str, Bundled]) -> list[list[str]]:
    """Which modules are loaded at once, in order.

    What every child loads comes first, then the instruments of each module that it may import.
    """
    # Under control its modules come first: what the instruments take from others is then theirs.
    first = [_TRAVEL] if _CONTROL in sys.modules else [_TRAVEL, *_instruments(INSTRUMENTS)]
    late = _instruments(name for _, name in LATE)
    seen = set(late)
    found = []
    for roots in (first, [_CONTROL], *([name] for name in late)):
        seen.difference_update(roots)
        found.append(in_order(modules, roots, seen))
    return found + [[name] for name in modules.keys() - set().union(*found)]


def in_order(modules: dict[str, Bundled], roots: Iterable[str], seen: set[str]) -> list[str]:
    """``roots`` and what they import of ``modules`` but ``seen``, each after what it imports."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name in seen or name not in modules:
            return
        seen.add(name)
        visit(name.rpartition(".")[0])
        names = modules[name][2].co_names
        for used in names:
            visit(used)
            if used in modules and modules[used][1] is not None:
                for module in names:
                    visit(f"{used}.{module}")
        order.append(name)

    for root in roots:
        visit(root)
    return order


def _instruments(names: Iterable[str]) -> list[str]:
    return [f"ipcsim.probe.instruments.{name}" for name in names]


def plain_words() -> str:
    """What the probe needs of ``_ASKED``, in Python; kinds of events are plain numbers.

    To make an enumeration of a hundred and fifty members takes a new process a millisecond.
    """
    words = vars(sys.modules[_WORDS])
    plain = [
        f"{name} = {value!r}"
        for name, value in words.items()
        if name.isupper() and type(value) in (int, str, tuple)
    ]
    kinds = (f"    {kind.name} = {int(kind)}" for kind in words["Kind"])
    objects = (
        f"    {name} = {value!r}"
        for name, value in vars(words["ObjectKind"]).items()
        if name.isupper()
    )
    with suppress(ImportError):  # Windows
        from termios import FIONREAD

        plain.append(f"{FIONREAD = }")
    plain.append("annotations = object")
    return "\n".join([*plain, "class Kind:", *kinds, "class ObjectKind:", *objects])
