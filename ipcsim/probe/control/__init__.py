"""Control: every leaf operation of this process asks for permission first."""
