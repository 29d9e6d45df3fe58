"""Questions to a trace; each answers with findings in plain sentences."""
