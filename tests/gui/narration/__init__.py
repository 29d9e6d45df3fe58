"""Words round the stage."""
