"""``SharedMemory``: what the program does with ``block.buf[...]`` is a step, as for an Array.

``buf`` is a memoryview, which nobody can be made to ask. So it is asked for when ``buf`` is taken:
where the code goes on to read or write elements of it at once that is when it happens. Where it
keeps the view, or hands it on, what it does with it isn't seen, and that is said.
"""

from __future__ import annotations

import dis
import sys
from types import CodeType

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, unseen
from ipcsim.probe.control.local_keys import creator_of
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

_READS: Final = ("BINARY_SUBSCR", "BINARY_SLICE")
_WRITES: Final = ("STORE_SUBSCR", "STORE_SLICE")
_PUSHES: Final = (
    "LOAD_CONST",
    "LOAD_FAST",
    "LOAD_NAME",
    "LOAD_GLOBAL",
    "LOAD_DEREF",
    "BUILD_SLICE",
)
_WHOLE: Final = b"[:]"
_known: dict[tuple[CodeType, int], tuple[Op | None, bytes]] = {}
"""By place in the code what it does with the view at once."""


def install() -> None:
    """Make blocks ask from now on."""
    when_imported("multiprocessing.shared_memory", _instrument)


def _instrument(module: Any) -> None:
    block = module.SharedMemory
    real_init, real_buf = block.__init__, block.buf

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        try:
            real_init(self, *arguments, **named)
            alias = f"block:{self.name.lstrip('/')}"
            created = bool(named.get("create", len(arguments) > 1 and arguments[1]))
            self._ipcsim_key = new_object("cell", alias=alias) if created else alias.encode()
        except BaseException as error:
            drop_frame(error)
            raise

    def buf(self: Any) -> Any:
        frame = creator_of(sys._getframe(1))
        if current() is not None and frame and not is_library(frame.f_code.co_filename):
            op, part = _use(frame.f_code, frame.f_lasti)
            if op is None:
                unseen("SharedMemory.buf")
            else:
                ask(op, self._ipcsim_key + part, 0)
        return real_buf.fget(self)

    block._ipcsim_key = b""
    block.__init__ = __init__
    block.buf = property(buf, doc=real_buf.__doc__)


def _use(code: CodeType, at: int) -> tuple[Op | None, bytes]:
    """What the code does with an attribute that it has just taken, and with which part of it."""
    known = _known.get((code, at))
    if known is None:
        known = _known[code, at] = _looked(code, at)
    return known


def _looked(code: CodeType, at: int) -> tuple[Op | None, bytes]:
    pushed: list[dis.Instruction] = []
    for instruction in dis.get_instructions(code):
        if instruction.offset <= at:
            continue
        name = instruction.opname
        if name in _READS or name in _WRITES:
            alone = len(pushed) == 1 and type(pushed[0].argval) is int and pushed[0].argval >= 0
            part = b"[%d]" % pushed[0].argval if alone else _WHOLE
            return (Op.READ if name in _READS else Op.WRITE), part
        if name not in _PUSHES:
            break
        pushed.append(instruction)
    return None, _WHOLE
