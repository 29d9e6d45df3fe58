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


def rows_of_gone(living: int, gone: int, room: int, spread: int) -> tuple[int, int]:
    """How many of the threads that are over have a row in a card with room for ``room`` threads,
    and how many others there are, which the last row tells."""
    free = min(room, most_rows(spread)) - living
    if free <= 0:
        return 0, 0
    return (gone, 0) if gone <= free else (free - 1, gone - free + 1)
