"""Explore: how all interleavings of a program end."""
