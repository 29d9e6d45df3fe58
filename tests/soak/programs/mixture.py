"""A program with a bit of everything that could be left behind; it goes on until it is ended.

mixture.py SEED STRANGERS: the seed chooses how long it lives, and, if STRANGERS is "strangers",
whether it starts a process that isn't Python in a session of its own.
"""

import multiprocessing
import os
import random
import subprocess
import sys
import time
from multiprocessing.shared_memory import SharedMemory

MARK = os.environ["IPCSIM_SOAK_MARK"]


def work(lock, value, tasks, results):
    while (task := tasks.get()) is not None:
        with lock:
            value.value += task
        results.put(str(task) * 20)


def main(seed, strangers):
    choice = random.Random(seed)
    # Semaphores and shared memory bear the mark in their names.
    multiprocessing.current_process()._config["semprefix"] += f"-{MARK}"
    block = SharedMemory(f"psm_{MARK}_{os.getpid()}", create=True, size=4096)
    lock = multiprocessing.Lock()
    value = multiprocessing.Value("q")
    tasks = multiprocessing.Queue()
    results = multiprocessing.SimpleQueue()
    workers = [
        multiprocessing.Process(target=work, args=(lock, value, tasks, results))
        for _ in range(choice.randint(1, 3))
    ]
    for worker in workers:
        worker.start()
    if choice.random() < 0.2 and strangers:
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
    print("started", block.name, flush=True)
    ends = time.monotonic() + choice.choice([0.2, 1000])
    number = 0
    while time.monotonic() < ends:
        tasks.put(number)
        number += 1
        results.get()
        if number % 50 == 0:
            print(number, flush=True)
            time.sleep(0.005)
    for _ in workers:
        tasks.put(None)
    for worker in workers:
        worker.join()
    block.close()
    block.unlink()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "strangers")
