"""What the program prints."""
