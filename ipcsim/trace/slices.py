"""Slices of an array, opened: each is an access to each of its elements."""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import TOKEN_CONSTANT, Kind
from ipcsim.trace.columns import Array
from ipcsim.trace.passed_over import MOST_ELEMENTS

SLICES: Final = (Kind.READ_SLICE, Kind.WRITE_SLICE)
NOT_SHOWN: Final = 3 << 3 | TOKEN_CONSTANT
"""Stands for the value of an element of a slice: an ellipsis."""
MOST_OPENED: Final = 1 << 18
"""Of one array: so many elements of slices are followed."""


class Slices:
    """Opens the slices of one array, until there are too many."""

    def __init__(self) -> None:
        self._elements = 0
        self.left_out = False
        """Whether there were too many: from then on no slice is opened."""

    def open(self, args: Array, elements: Array, sliced: Array) -> tuple[Array, Array, Array]:
        """Which record each access is of, and its element; which records are passed over, or in
        part: too many, or too far from the first element.

        Args:
            args: of the records.
            elements: their elements; of slices their step, -1 for 1.
            sliced: which of them are slices.
        """
        step = np.where(sliced & (elements > 0), elements, 1)
        start, stop = args >> 32, args & 0xFFFFFFFF
        far = sliced & (stop > np.maximum(start, MOST_ELEMENTS))
        stop = np.minimum(stop, MOST_ELEMENTS)
        lengths = np.where(sliced, np.maximum(stop - start + step - 1, 0) // step, 1)
        inside = self._elements + np.cumsum(np.where(sliced, lengths, 0))
        late = sliced & (inside > MOST_OPENED)
        lengths[late] = 0
        self.left_out |= bool(late.any())
        self._elements = int(inside[-1])
        each = np.repeat(np.arange(len(args)), lengths)
        number = np.arange(len(each)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        opened = np.where(sliced[each], start[each] + number * step[each], elements[each])
        return each, opened, far | late
