"""The program's text, who is where in it, and a lesson's notes."""
