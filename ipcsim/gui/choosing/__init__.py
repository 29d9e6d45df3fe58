"""What is going to be run: top bar, strip, parameters."""
