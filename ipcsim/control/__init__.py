"""The scheduler's seat: who may perform its next operation is decided here, one step at a time."""
