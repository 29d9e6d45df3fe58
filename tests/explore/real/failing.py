"""Ways to fail whose explanations differ: a lock not got, a file looked for too early, units of a
semaphore held by both, an order alone, other words printed."""

import multiprocessing as mp
import os
import random
import tempfile
import threading


def try_lock(first, second, done):
    with first:
        if second.acquire(block=False):
            done.value += 1
            second.release()


def look_for(folder):
    path = os.path.join(folder, "lock")
    if not os.path.exists(path):
        with open(path, "w"), open(os.path.join(folder, "log"), "a") as log:
            log.write("in\n")


def take_two(units):
    units.acquire()
    units.acquire()


def abort(barrier):
    barrier.abort()


def walk(barrier):
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        raise SystemExit(3) from None


def say(word, lock):
    with lock:
        print(word, flush=True)


def lucky(total):
    if random.random() < 2:
        memoryview(total)
        total.value += 1


class Door:
    def __init__(self):
        self.sem = mp.Semaphore(1)


def main(way: str = "try_lock"):
    if way == "try_lock":
        a, b, done = mp.Lock(), mp.Lock(), mp.RawValue("i", 0)
        run((try_lock, a, b, done), (try_lock, b, a, done))
        assert done.value == 2
    elif way == "look_for":
        with tempfile.TemporaryDirectory() as folder:
            run((look_for, folder), (look_for, folder))
            assert os.path.getsize(os.path.join(folder, "log")) == len("in\n")
    elif way == "take_two":
        units = mp.Semaphore(2)
        run((take_two, units), (take_two, units))
    elif way == "overfill":
        tasks = mp.Queue(1)
        tasks.put(1)
        tasks.put(2)
    elif way == "enter_twice":
        door = Door()
        door.sem.acquire()
        door.sem.acquire()
    elif way == "walk":
        barrier = mp.Barrier(2)
        run((walk, barrier), (walk, barrier), (abort, barrier))
    elif way == "lucky":
        total = mp.RawValue("i", 0)
        run((lucky, total))
    else:
        lock = mp.Lock()
        run((say, "one", lock), (say, "two", lock))


def run(*calls):
    team = [mp.Process(target=call, args=arguments) for call, *arguments in calls]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
