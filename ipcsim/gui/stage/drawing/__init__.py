"""How each element of the visual language is drawn."""
