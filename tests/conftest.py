"""Every test begins as one started from a terminal."""

from __future__ import annotations

import signal

# A shell's background jobs ignore Ctrl-C, and so would all programs that are tried with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
