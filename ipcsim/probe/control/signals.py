"""Signal handlers under control: what they do are steps, also where they interrupt a wait."""

from __future__ import annotations

import signal
from functools import wraps

from ipcsim.probe.control import showing
from ipcsim.probe.control.asking import interrupted
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any


def install() -> None:
    """Handlers that are set from now on may ask."""
    real_signal, real_get = signal.signal, signal.getsignal

    @wraps(real_signal)
    def set_handler(number: Any, handler: Any, /) -> Any:
        try:
            showing.leave(number)
            plain = not callable(handler) or handler is signal.default_int_handler
            return _plain(real_signal(number, handler if plain else _handling(handler)))
        except BaseException as error:
            drop_frame(error)
            raise

    @wraps(real_get)
    def get_handler(number: Any, /) -> Any:
        return _plain(real_get(number))

    module: Any = signal
    module.signal, module.getsignal = set_handler, get_handler


def _handling(handler: Any) -> Any:
    def handle(number: int, frame: Any) -> None:
        try:
            with interrupted():
                handler(number, frame)
        except BaseException as error:
            drop_frame(error)
            raise

    handle._ipcsim_real = handler  # type: ignore[attr-defined]
    return handle


def _plain(handler: Any) -> Any:
    return getattr(handler, "_ipcsim_real", handler)
