"""The suite with a fault planted in the probe: a try for a lock says that it got it."""

import os
import sys

if "ipcsim.probe" in sys.modules:
    from ipcsim.probe.instruments import semlocks

    semlocks.acquire_with = lambda *_: True

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "suite.py")) as file:
    exec(compile(file.read(), "suite.py", "exec"))
