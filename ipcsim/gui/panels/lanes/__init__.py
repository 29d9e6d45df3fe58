"""Lanes: what each process did over time."""
