"""How everything looks: colours, sizes, who has which colour, small parts that views share."""
