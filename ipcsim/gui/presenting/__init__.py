"""For a hall."""
