"""What is known of one object that actors share."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ipcsim.control.steps import Line


class Grant(NamedTuple):
    """A file's lock that somebody holds."""

    shared: bool
    actor: str
    line: Line | None


@dataclass(slots=True)
class Shared:
    """An object that actors share."""

    key: str
    kind: str
    name: str
    """As the program calls it, as far as its creating line tells."""
    line: Line | None
    part: str = ""
    """What the library calls it, if it made it as a part of another object (``sem`` of a queue)."""
    value: int = 0
    """Of a lock or semaphore: how many may still acquire it."""
    owned: bool = False
    """Whoever acquired it holds it."""
    holder: str = ""
    held_since: Line | None = None
    released: int = -1
    """Index of the last step that released it."""
    sent: deque[int] = field(default_factory=deque)
    """Steps that sent the messages that are under way."""
    connected: deque[int] = field(default_factory=deque)
    """Steps that connected to a listener, and haven't been accepted."""
    last_sent: int = -1
    last_received: int = -1
    closed: int = -1
    """Of a channel: indices of the last steps that put bytes in, took some out, closed an end."""
    written: int = -1
    """Index of the last step that wrote it."""
    internal: bool = False
    """The library made it for itself."""
    grants: dict[str, Grant] = field(default_factory=dict)
    """Of a file's lock: by owner how it is held."""

    def copy(self) -> Shared:
        """The same, as it is now."""
        sent, connected = deque(self.sent), deque(self.connected)
        return replace(self, sent=sent, connected=connected, grants=dict(self.grants))
