"""One module for each mechanism: real primitives that say what they do."""
