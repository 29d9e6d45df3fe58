"""Value and Array of multiprocessing: every read and every write.

``value += 1`` is a READ and a WRITE, each stamped while the value's lock is held.
An element of an Array is named by an INDEX record before it, a field of a structure by its
position. The short hold of the lock inside such an access is the library's own: it is recorded only
where it has to wait.

RawValue, RawArray and ``lock=False`` are objects of ctypes, whose accesses can't be seen without
giving the program another type: they and ``get_obj()`` are RAW_ACCESS, "not known from here".
Under control they have another type, and their accesses are known (``raw_cells.py``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import wraps
from time import perf_counter_ns
from types import FrameType

from ipcsim.events import Kind
from ipcsim.probe import gate as _gate
from ipcsim.probe.instruments import (
    life,
    raw_cells,
    shared_arrays,
    single_values,
    under_control,
)
from ipcsim.probe.instruments.callers import frame_above, is_constructor, is_library, place_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.leaves import place_of
from ipcsim.probe.instruments.lock_records import acquire_inside, release_inside
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.instruments.semlocks import leaf_of, watch
from ipcsim.probe.instruments.shared_cells import FAILED, introduce, number_of
from ipcsim.probe.instruments.spots import Spot
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.recorder import emit, emit_span, gate, token
from ipcsim.probe.type_words import Any, Final

_READ: Final = int(Kind.READ)
_WRITE: Final = int(Kind.WRITE)
_INDEX: Final = int(Kind.INDEX)
_arrived: Final[list[Any]] = []
"""Memory that was unpickled; a Value or an Array may have it inside yet."""
_FACTORIES: Final = ("multiprocessing.sharedctypes", "multiprocessing.context")


def install() -> None:
    """Watch values and arrays from now on, in this process and the ones it forks."""
    when_imported("multiprocessing.sharedctypes", _instrument)


def _instrument(sharedctypes: Any) -> None:
    _instrument_making(sharedctypes)
    _instrument_raw(sharedctypes)
    _instrument_properties(sharedctypes)
    shared_arrays.instrument(sharedctypes.SynchronizedArray)


def _creator(made: object, frame: FrameType | None) -> FrameType | None:
    while frame is not None and (
        is_ours(frame.f_code.co_filename)
        or frame.f_globals.get("__name__") in _FACTORIES
        or is_constructor(frame, made)
    ):
        frame = frame.f_back
    return frame


def _instrument_making(sharedctypes: Any) -> None:
    cls = sharedctypes.SynchronizedBase
    real_init, real_get_obj = cls.__init__, cls.get_obj

    def __init__(self: Any, obj: Any, lock: Any = None, ctx: Any = None) -> None:
        real_init(self, obj, lock, ctx)
        self._ipcsim_leaf = leaf_of(self._lock)
        self._ipcsim_read, self._ipcsim_write = Spot(_READ), Spot(_WRITE)
        frame = _creator(self, frame_above(1))
        if frame is None or is_library(frame.f_code.co_filename):
            _arrived[:] = [one for one in _arrived if one is not obj]
            return  # received from another process
        place = place_above(frame)
        self._ipcsim_number = introduce(obj, True, place)
        if hasattr(self._lock, "_semlock") and leaf_of(self._lock) is None:
            self._ipcsim_leaf = watch(self._lock)
            self._ipcsim_leaf.introduce(True, place, owner=self._ipcsim_number)
            self.acquire, self.release = self._lock.acquire, self._lock.release

    def get_obj(self: Any) -> Any:
        if not is_library(frame_above(2).f_code.co_filename):
            emit(Kind.RAW_ACCESS, number_of(self), place_above(frame_above(1)), 0)
        return real_get_obj(self)

    cls._ipcsim_number = 0
    cls._ipcsim_leaf = None
    replace(cls, __init__, get_obj)


def _instrument_raw(sharedctypes: Any) -> None:
    """``RawValue``, ``RawArray`` and ``lock=False``: the program has the memory itself."""

    def marked(real: Callable[..., Any], bare: Callable[[dict[str, Any]], bool]) -> Any:
        @wraps(real)
        def make(*args: Any, **kwargs: Any) -> Any:
            try:
                made = real(*args, **kwargs)
                frame = _creator(made, frame_above(1))
                caller = frame_above(1).f_globals.get("__name__")
                # Value() and Array() call RawValue() and RawArray() for themselves.
                if bare(kwargs) and caller != "multiprocessing.sharedctypes":
                    place = place_above(frame)
                    number = introduce(made, True, place)
                    if under_control.asks:
                        made._ipcsim_number = number
                    else:
                        emit(Kind.RAW_ACCESS, number, place, 1)
                return made
            except BaseException as error:
                drop_frame(error)
                raise

        return make

    if under_control.asks:
        under_control.accessed = raw_cells.record
    else:
        _instrument_arriving(sharedctypes)
    for name in ("RawValue", "RawArray"):
        setattr(sharedctypes, name, marked(getattr(sharedctypes, name), lambda kwargs: True))
    for name in ("Value", "Array"):
        real = getattr(sharedctypes, name)
        setattr(sharedctypes, name, marked(real, lambda kwargs: kwargs.get("lock") is False))


def _instrument_arriving(sharedctypes: Any) -> None:
    """What a child that wasn't forked has got as its argument."""
    real_rebuild = sharedctypes.rebuild_ctype

    @wraps(real_rebuild)
    def rebuild_ctype(*arguments: Any) -> Any:
        try:
            raw = real_rebuild(*arguments)
        except BaseException as error:
            drop_frame(error)
            raise
        _arrived.append(raw)
        return raw

    def say_arrived() -> None:
        while _arrived:
            emit(Kind.RAW_ACCESS, introduce(_arrived.pop(), False, 0), 0, 1)

    sharedctypes.rebuild_ctype = rebuild_ctype
    life.before_target.append(say_arrived)


def _instrument_properties(sharedctypes: Any) -> None:
    """The properties that CPython generates: ``value``, ``raw``, the fields of a structure."""
    real_make = sharedctypes.make_property
    made: dict[str, property] = {}

    def make_property(name: str) -> property:
        if name not in made:
            made[name] = _property(name, real_make(name))
        return made[name]

    sharedctypes.make_property = wraps(real_make)(make_property)
    real = sharedctypes.Synchronized.value
    sharedctypes.Synchronized.value = single_values.value_property(real)
    sharedctypes.SynchronizedString.value = make_property("value")
    sharedctypes.SynchronizedString.raw = make_property("raw")


def _property(name: str, real: Any) -> property:
    read = operator.attrgetter(name)

    def get(self: Any) -> Any:
        try:
            if _gate._flags[0]:
                gate()
            frame = frame_above(1)
            place = place_of(frame)
            waited = acquire_inside(self, frame)
            try:
                obj = self._obj
                began = perf_counter_ns()
                try:
                    value = read(obj)
                except Exception:
                    if under_control.asks:
                        raise  # to do it once more would be more steps
                    value = FAILED
                else:
                    number = self._ipcsim_number or number_of(self)
                    if hasattr(obj, "_fields_"):
                        emit(_INDEX, number, place, _position(obj, name))
                    emit_span(_READ, began, number, place, token(value))
            finally:
                release_inside(self, frame, waited)
            # CPython's own code is to raise its error, with its own traceback.
            return real.fget(self) if value is FAILED else value
        except BaseException as error:
            drop_frame(error)
            raise

    def set(self: Any, value: Any) -> None:
        try:
            if _gate._flags[0]:
                gate()
            frame = frame_above(1)
            place = place_of(frame)
            waited = acquire_inside(self, frame)
            try:
                obj = self._obj
                began = perf_counter_ns()
                try:
                    setattr(obj, name, value)
                except Exception:
                    if under_control.asks:
                        raise
                    done = False
                else:
                    done = True
                    number = self._ipcsim_number or number_of(self)
                    if hasattr(obj, "_fields_"):
                        emit(_INDEX, number, place, _position(obj, name))
                    emit_span(_WRITE, began, number, place, token(value))
            finally:
                release_inside(self, frame, waited)
            if not done:
                real.fset(self, value)
        except BaseException as error:
            drop_frame(error)
            raise

    get.__name__ = get.__qualname__ = f"get{name}"
    set.__name__ = set.__qualname__ = f"set{name}"
    return property(get, set)


def _position(obj: Any, name: str) -> int:
    return [field[0] for field in obj._fields_].index(name)
