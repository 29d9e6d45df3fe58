"""Step: the scheduler's seat in the window."""
