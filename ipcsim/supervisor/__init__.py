"""One process per run: drains the rings, watches over life and death, cleans up.

Standard library only.
"""
