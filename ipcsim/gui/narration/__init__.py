"""What the window says in words round the stage: before, during and after a run."""
