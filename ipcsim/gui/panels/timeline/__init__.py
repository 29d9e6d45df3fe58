"""The timeline: lanes, plots, axis and minimap under one cursor."""
