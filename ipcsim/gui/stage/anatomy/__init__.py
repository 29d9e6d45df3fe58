"""Forms and their parts, as plain numbers."""
