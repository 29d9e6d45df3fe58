"""A session: launch, poll, control."""
