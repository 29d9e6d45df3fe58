"""What moves, and where badges are: functions of a moment and its time."""
