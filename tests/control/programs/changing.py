"""Workers that leave something behind in themselves, in a way of choice."""

import multiprocessing as mp
import os
import signal
import threading
from collections import Counter

seen = []
kept = Counter()


def work(counter, lock, way):
    with lock:
        counter.value += 1
    if way == "globals":
        seen.append(1)
    elif way == "counter":
        kept[way] += 1
    elif way == "function":
        work.times = getattr(work, "times", 0) + 1
    elif way == "descriptors":
        os.dup(0)
    elif way == "lock":
        lock.acquire()
    elif way == "objects":
        seen.append(mp.Lock()) if not seen else None
    elif way == "output":
        print("done")
    elif way == "thread":
        threading.Event()
    elif way == "parent":
        assert os.getppid() == mp.parent_process().pid
    elif way == "pipe":
        mp.Pipe()[0].poll()
    elif way == "die" and mp.current_process().name == "worker-1":
        os.kill(os.getpid(), signal.SIGKILL)
    elif way == "stuck" and counter.value == 1:
        lock.acquire()
    elif way == "error" and counter.value == 2:
        raise ValueError("second")


def main(way: str = "nothing", workers: int = 2):
    if way == "mmap":
        globals()["mmap"] = __import__("mmap")
    counter, lock = mp.RawValue("i", 0), mp.RLock() if way == "lock" else mp.Lock()
    team = [
        mp.Process(target=work, args=(counter, lock, way), name=f"worker-{n}")
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(counter.value, [worker.exitcode for worker in team])


if __name__ == "__main__":
    main()
