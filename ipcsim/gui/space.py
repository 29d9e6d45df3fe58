"""How much room a window has, at its scale: what there is no room for stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize

from ipcsim.gui.look.theme import Theme

NARROW = 900
"""Pixels at 100 %: a window narrower than this has no room for a right column."""
SHORT = 1080
"""And in one narrower than this the top bar has no room for what doesn't run anything."""
TINY = 560
"""And one narrower than this, as at 250 %, has none for what only tells or has a key."""
LOW = 450
"""Nor has one lower than this, as at 200 % of 720."""


@dataclass(frozen=True, slots=True)
class Space:
    """What a window of some size has no room for."""

    narrow: bool
    """A right column."""
    short: bool
    """In the top bar, what doesn't run anything."""
    tiny: bool
    """What only tells or has a key."""
    low: bool

    @classmethod
    def of(cls, size: QSize, theme: Theme) -> Space:
        """That of a window; a presentation has its own arrangement."""
        width = size.width()
        narrow = width < theme.px(NARROW) and not theme.presenting
        tiny = width < theme.px(TINY) and narrow
        low = tiny or (narrow and size.height() < theme.px(LOW))
        return cls(narrow, width < theme.px(SHORT) and not narrow, tiny, low)

    @property
    def of_the_bar(self) -> tuple[bool, bool, bool]:
        """Whether it is narrow, tiny, short: on that hangs how the top bar is arranged."""
        return self.narrow, self.tiny, self.short
