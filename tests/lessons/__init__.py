"""Do the lessons obey their format, and does each show what it promises?"""
