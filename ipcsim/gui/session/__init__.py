"""A run on show: its timer, its verbs, its files."""
