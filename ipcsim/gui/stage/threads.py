"""How many of a process's threads have a row in its card, and in how many columns."""

from __future__ import annotations

ROWS = 4
"""So many have a row; the others are a number."""
SPREAD_ROWS = 6
"""So many below each other where rows stand in columns."""
MOST_SPREAD = 3


def spread_of(threads: int) -> int:
    """In how many columns the rows of so many threads stand, where a card has all the room."""
    if threads <= ROWS:
        return 1
    return min(max(-(-threads // SPREAD_ROWS), 2), MOST_SPREAD)


def most_rows(spread: int) -> int:
    """How many threads have a row where rows stand in so many columns."""
    return ROWS if spread == 1 else spread * SPREAD_ROWS


def high(threads: int, spread: int) -> int:
    """Rows below each other that so many threads take; how many more there are is one, too."""
    if spread > 1 and threads > most_rows(spread):
        return SPREAD_ROWS  # a crowd: how many, and a mark for each
    shown = min(threads, most_rows(spread))
    return -(-shown // spread) + (threads > shown)
