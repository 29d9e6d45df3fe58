"""Search over the interleavings of a program: strategies, outcomes, the shortest failure."""
