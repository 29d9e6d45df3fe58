"""What runs and explorations have left whose owner was killed."""

from __future__ import annotations

from ipcsim.control.journal import put_back_left
from ipcsim.supervisor import sessions


def remove_leftovers() -> list[str]:
    """Put back what an exploration has changed, and remove every private folder that is nobody's.

    Returns:
        A sentence for each file of the person's that was touched.

    Raises:
        OSError: there is no place for private folders.
    """
    said: list[str] = []
    sessions.remove_stale(lambda folder: said.extend(put_back_left(folder)))
    return said
