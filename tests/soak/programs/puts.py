"""Puts a great many items into a queue of threads. puts.py COUNT"""

import queue
import sys


def main(count):
    items = queue.SimpleQueue()
    for _ in range(count // 100):
        for number in range(100):
            items.put(number)
        for _ in range(100):
            items.get()
    print(items.qsize())


if __name__ == "__main__":
    main(int(sys.argv[1]))
