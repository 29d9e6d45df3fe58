"""Where everything stands on the stage."""
