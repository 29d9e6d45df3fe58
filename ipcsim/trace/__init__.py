"""Events in columns, the world at any moment, and reading of recordings."""
