"""Writes a great many lines of 100 bytes. talk.py LINES"""

import sys


def main(lines):
    for number in range(lines):
        print(f"{number:099d}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
