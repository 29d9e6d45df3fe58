"""From a moment to pictures: what each thing on the stage shows."""
