"""ipcsim makes inter-process communication visible.

Every watched process imports this package, so it holds the version and nothing else.
"""

__version__ = "0.1.0"
