"""The pitfalls of Python's multiprocessing, by name, each with the documentation's own advice."""
