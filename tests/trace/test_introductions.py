"""Texts are put together from their pieces, however these came."""

from __future__ import annotations

import numpy as np
import pytest

from ipcsim.trace.introductions import PIECE, Texts

WORDS = b"twenty bytes of text and a rest that is left over from before...."


@pytest.mark.parametrize("cut", range(1, 5))
@pytest.mark.parametrize("length", [20, len(WORDS)])
def test_a_text_in_two_blocks(cut: int, length: int) -> None:
    pieces = [WORDS[at : at + PIECE] for at in range(0, len(WORDS), PIECE)]
    texts = Texts(lambda where: pieces[where])
    parts = np.arange(len(pieces), dtype=np.int64)
    for some in (parts[:cut], parts[cut:]):
        texts.add(np.full(len(some), 7), some << 16 | length, some)
    assert texts.get(7) == WORDS[:length].decode()
    assert texts.get(8) is None
