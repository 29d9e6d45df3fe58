"""That bodies can't be run in this way."""

from __future__ import annotations


class Astray(RuntimeError):
    """Bodies do something that they can't do where they are run again; it says what.

    Empty: that can be tried once more.
    """


class Departed(Astray):
    """Somebody does something else than was expected of it."""
