"""Whether there is a message to read: now, or as soon as one would have fallen asleep."""

from __future__ import annotations

from time import perf_counter_ns

from ipcsim.probe.type_words import Any, Final

try:
    from fcntl import ioctl
    from termios import FIONREAD
except ImportError:  # Windows
    ioctl = None  # type: ignore[assignment]

_NO_BYTES: Final = bytes(4)
_AWAKE_NS: Final = 30_000
_TRIES: Final = 2
_PAUSE: Final = 32
"""How many messages are waited for asleep after tries in vain, at first."""


def prepare(kind: Any) -> None:
    """Give the connections of a class what is remembered for each."""
    kind._ipcsim_waited = False
    """Whether there was nothing when a message was last asked for: then asking first is faster."""
    kind._ipcsim_hope, kind._ipcsim_pause = 4 * _TRIES, _PAUSE
    """How often it is tried to see one come, or for how many messages it isn't, if negative."""


def has_bytes(end: Any) -> bool:
    """Whether there certainly is something to read now."""
    if ioctl is None:
        return False
    try:
        # Without a buffer of ours the kernel's answer is returned as bytes.
        return ioctl(end._handle, FIONREAD, _NO_BYTES) != _NO_BYTES
    except (OSError, TypeError):
        return False  # closed: reading will say so


def comes_soon(end: Any) -> bool:
    """Whether a message came within the time that falling asleep and being woken takes.

    Whoever is awake when it comes has it sooner than bare: that makes up for recording it. Looking
    for as long as sleeping would cost is at worst twice as dear as knowing beforehand (Karlin, Li,
    Manasse, Owicki, Empirical Studies of Competitive Spinning, SOSP 1991). Where it is in vain,
    as on one processor, it is tried ever more seldom.
    """
    if ioctl is None:
        return False  # it couldn't be seen
    hope = end._ipcsim_hope
    if hope < 0:
        end._ipcsim_hope = hope + 1 or _TRIES
        return False
    until = perf_counter_ns() + _AWAKE_NS
    while perf_counter_ns() < until:
        if has_bytes(end):
            end._ipcsim_hope, end._ipcsim_pause = min(hope + 2, 16), _PAUSE
            return True
    if hope > 1:
        end._ipcsim_hope = hope - 1
    else:
        end._ipcsim_hope = -end._ipcsim_pause
        end._ipcsim_pause = min(2 * end._ipcsim_pause, 1024)
    return False
