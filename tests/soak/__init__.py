"""What hours of use would show: runs by the hundred, kills by the thousand, floods.

``python -m tests.soak runs|kills|orphans|floods`` prints figures and exits 1 on a violation.
"""
