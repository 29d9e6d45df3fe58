"""A screen that only a benchmark draws on: an X server of its own (Debian's ``xvfb``).

It has a session of its own, as servers have, and so a share of the processors of its own: one that
waits behind the watched program would be measured as a window that waits.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

SIZE = "1280x800x24"


@contextmanager
def virtual_screen() -> Iterator[bool]:
    """Let ``DISPLAY`` name a screen of one's own; whether there is one. Without ``Xvfb`` what comes
    is drawn offscreen."""
    if shutil.which("Xvfb") is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        yield False
        return
    # Without -noreset the server starts again whenever the last window has gone.
    command = ["Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", SIZE]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        os.environ["DISPLAY"] = f":{server.stdout.readline().strip()}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        try:
            yield True
        finally:
            server.terminate()
