"""Slices of an array, opened: each is an access to each of its elements."""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import TOKEN_CONSTANT, Kind
from ipcsim.trace.columns import Array

SLICES: Final = (Kind.READ_SLICE, Kind.WRITE_SLICE)
NOT_SHOWN: Final = 3 << 3 | TOKEN_CONSTANT
"""Stands for the value of an element of a slice: an ellipsis."""
MOST_OPENED: Final = 1 << 18
"""Of one array: so many elements of slices are followed."""


class Slices:
    """Opens the slices of one array.

    Args:
        most: elements beyond so many are not followed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._opened = 0
        self.left_out = 0
        """Slices that were not opened: there are too many."""

    def open(self, args: Array, elements: Array, sliced: Array) -> tuple[Array, Array]:
        """Which record each access is of, and its element.

        Args:
            args: of the records.
            elements: their elements; of slices their step, -1 for 1.
            sliced: which of them are slices.
        """
        step = np.where(sliced & (elements > 0), elements, 1)
        start, stop = args >> 32, np.minimum(args & 0xFFFFFFFF, self._most)
        lengths = np.where(sliced, np.maximum(stop - start + step - 1, 0) // step, 1)
        inside = self._opened + np.cumsum(np.where(sliced, lengths, 0))
        late = sliced & (inside > MOST_OPENED)
        lengths[late] = 0
        self.left_out += int(np.count_nonzero(late))
        self._opened += int(lengths[sliced].sum())
        each = np.repeat(np.arange(len(args)), lengths)
        number = np.arange(len(each)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return each, np.where(sliced[each], start[each] + number * step[each], elements[each])
