"""Inside every watched process: standard library only, Python 3.10 and newer."""
