"""The gallery: mechanisms, lessons, rehearsal."""
