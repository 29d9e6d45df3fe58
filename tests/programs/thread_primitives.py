"""threading's locks and friends: uses, refusals, types, representations."""

import re
import threading
import warnings


def shown(thing):
    return re.sub(r"0x[0-9a-f]+|owner=\d+", "…", repr(thing))


def attempt(action):
    try:
        print(action())
    except (
        OverflowError,
        RuntimeError,
        ValueError,
        TypeError,
        threading.BrokenBarrierError,
    ) as error:
        print(type(error).__name__, error)


if __name__ == "__main__":
    lock, again = threading.Lock(), threading.RLock()
    print(shown(lock), shown(again), type(lock), isinstance(lock, type(threading.Lock())))
    with lock:
        print(shown(lock), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01))
    attempt(lock.release)
    attempt(lambda: lock.acquire(False, 5))
    for timeout in (-3, -1, 1e100, float("nan"), "1", None, 10**30, True):
        attempt(lambda timeout=timeout: (lock.acquire(True, timeout), lock.release()))
        attempt(lambda timeout=timeout: (again.acquire(True, timeout), again.release()))
    attempt(lambda: __import__("pickle").dumps(lock))
    attempt(lambda: shown(type(lock)()))
    attempt(lambda: type("Own", (type(lock),), {}))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        attempt(lambda: shown(threading.RLock(1)))
    print([(str(one.message), one.filename == __file__) for one in said])
    attempt(again.release)
    with again, again:
        print(again.acquire(), again.release())
    condition, shared = threading.Condition(), threading.Condition(lock)
    attempt(condition.notify)
    attempt(condition.wait)
    event, barrier = threading.Event(), threading.Barrier(2, timeout=5)
    semaphore = threading.BoundedSemaphore(2)
    seen = []

    def other():
        with condition:
            seen.append(1)
            condition.notify_all()
        with shared:
            seen.append(2)
            shared.notify()
        event.wait()
        barrier.wait()
        with semaphore:
            seen.append(threading.current_thread().name)

    thread = threading.Thread(target=other, name="other")
    with condition:
        thread.start()
        print(condition.wait_for(lambda: seen == [1], 5))
    with shared:
        print(shared.wait_for(lambda: 2 in seen, 5), shared.wait(0.01))
    event.set()
    print(barrier.wait() in (0, 1), event.is_set(), event.wait(0.01), barrier.parties)
    thread.join()
    print(seen, thread.is_alive(), semaphore.acquire(), semaphore.acquire(blocking=False))
    print(semaphore.acquire(timeout=0.01), semaphore.release(), semaphore.release(1))
    print(threading.Semaphore.acquire is threading.Semaphore.__enter__)
    attempt(semaphore.release)
    attempt(lambda: barrier.wait(0.01))
    print(barrier.broken, barrier.reset(), barrier.broken)
    print([type(t).__name__ for t in (condition, event, barrier, semaphore)])
    attempt(lambda: threading.Thread().join())

    def fails():
        raise ValueError("in a thread")

    thread = threading.Thread(target=fails, name="failing")
    thread.start()
    thread.join()
    lock.release()
