"""Everything that threads have, once."""

import queue
import threading


def consume(bell, event, gate, barrier, again, tasks, done, seen):
    with bell:
        while not seen:
            bell.wait()
    event.set()
    with gate:
        pass
    barrier.wait()
    with again, again:
        seen.append("barrier")
    while (task := tasks.get()) is not None:
        seen.append(task)
        tasks.task_done()
    tasks.task_done()
    done.put("done")


def main():
    bell, event, gate = threading.Condition(), threading.Event(), threading.Semaphore(1)
    barrier, again = threading.Barrier(2), threading.RLock()
    tasks, done, seen = queue.Queue(1), queue.SimpleQueue(), []
    args = (bell, event, gate, barrier, again, tasks, done, seen)
    consumer = threading.Thread(target=consume, args=args)
    consumer.start()
    with bell:
        seen.append("bell")
        bell.notify()
    event.wait()
    with gate:
        pass
    barrier.wait()
    for number in range(2):
        tasks.put(number)
    tasks.put(None)
    tasks.join()
    print(done.get(), done.empty(), event.is_set())
    for timeout in (5, 0):
        try:
            done.get(timeout > 0, timeout)
        except queue.Empty:
            print("empty")
    consumer.join()
    timer = threading.Timer(3, seen.append, ["timer"])
    timer.start()
    timer.join()
    print(seen, consumer.is_alive())


if __name__ == "__main__":
    main()
