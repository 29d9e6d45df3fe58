"""Three views of the run on one axis of time: timeline, interleaving table, events."""
