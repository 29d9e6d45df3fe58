"""Locks, a barrier, semaphores, a condition, an event and shared values, between processes."""

import multiprocessing as mp
import sys


def worker(number, lock, barrier, semaphore, total, slots):
    with semaphore:
        slots[number] = number
    barrier.wait()
    with lock:
        total.value += sum(slots)
    with total.get_lock():
        total.value += 1


def main(method):
    ctx = mp.get_context(method)
    total, slots = ctx.Value("i", 0), ctx.Array("i", 3)
    shared = ctx.Lock(), ctx.Barrier(3), ctx.Semaphore(2), total, slots
    children = [ctx.Process(target=worker, args=(n, *shared)) for n in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(total.value, slots[:], [child.exitcode for child in children])
    condition, event = ctx.Condition(), ctx.Event()
    with condition:
        print(condition.wait(0.01), condition.wait_for(lambda: True), event.wait(0.01))
    try:
        condition.notify()
    except (AssertionError, RuntimeError) as error:
        print(type(error).__name__)
    ctx.BoundedSemaphore(1).release()


if __name__ == "__main__":
    main(sys.argv[1])
