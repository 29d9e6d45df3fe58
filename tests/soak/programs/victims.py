"""Workers that count in a file what they have done, and are killed and replaced.

victims.py FILE WORKERS: byte 0 of FILE is not 0 when it is to end; worker number n has the n-th
row of 64-bit numbers: its pid, then how many puts, gets, releases and reads it has done.
"""

import mmap
import multiprocessing
import os
import random
import sys
import time
from multiprocessing import connection

ROW = 5


def rows(path):
    with open(path, "r+b") as file:
        return memoryview(mmap.mmap(file.fileno(), 0)).cast("Q")


def work(path, number, lock, value, queue, simple):
    table = rows(path)
    at = ROW * number
    choice = random.Random(number)
    table[at] = os.getpid()
    while not table[0]:
        for _ in range(choice.randint(1, 20)):
            simple.put(number)
            table[at + 1] += 1
            simple.get()
            table[at + 2] += 1
            with lock:
                pass
            table[at + 3] += 1
            _seen = value.value
            table[at + 4] += 1
        queue.put(b"x" * 1000)
        table[at + 1] += 1
        queue.get()
        table[at + 2] += 1
        time.sleep(0.001)


def begin(path, number):
    # Each has its own: what a killed worker holds must stall nobody else.
    lock, value = multiprocessing.Lock(), multiprocessing.Value("q")
    queue, simple = multiprocessing.Queue(), multiprocessing.SimpleQueue()
    arguments = (path, number, lock, value, queue, simple)
    worker = multiprocessing.Process(target=work, args=arguments, name=f"w{number}")
    worker.start()
    # Without the parent's reference a semaphore may be gone before the child has opened it.
    worker.used = arguments
    return worker


def main(path, count):
    mark = os.environ["IPCSIM_SOAK_MARK"]
    multiprocessing.current_process()._config["semprefix"] += f"-{mark}"
    table = rows(path)
    most = len(table) // ROW
    workers = {number: begin(path, number) for number in range(1, count + 1)}
    begun = count
    while not table[0]:
        connection.wait([worker.sentinel for worker in workers.values()], 0.05)
        for number, worker in list(workers.items()):
            if worker.exitcode is not None:
                del workers[number]
                begun += 1
                if begun < most:
                    workers[begun] = begin(path, begun)
    for worker in workers.values():
        worker.join()
    print(begun)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
