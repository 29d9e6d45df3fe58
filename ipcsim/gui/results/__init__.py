"""What runs come to, one and many."""
