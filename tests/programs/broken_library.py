"""What comes up while a module of the library is loaded has no frame of the import system."""

import itertools
import logging  # noqa: F401  # with all that it loads, while all is well
import queue  # noqa: F401

itertools.count = None
import concurrent.futures.thread  # noqa: E402, F401
