"""The page Step: the table of turns, what can be pressed, the tree of what has been tried."""
