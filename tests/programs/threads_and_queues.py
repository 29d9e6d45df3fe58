"""Threads with queue.Queue, LifoQueue, PriorityQueue, SimpleQueue and one of the program's own."""

import queue
import threading


class Newest(queue.Queue):
    def _init(self, maxsize):
        self.items = []

    def _qsize(self):
        return len(self.items)

    def _put(self, item):
        self.items.append(item)

    def _get(self):
        return self.items.pop()


def consume(source, results):
    while (item := source.get()) is not None:
        results.append(item)
        source.task_done()
    source.task_done()


if __name__ == "__main__":
    for kind in (queue.Queue, queue.LifoQueue, Newest):
        source, results = kind(3), []
        thread = threading.Thread(target=consume, args=(source, results), name="consumer")
        thread.start()
        for number in range(20):
            source.put(number)
        source.join()
        source.put(None)
        thread.join()
        print(kind.__name__, sorted(results) == list(range(20)), type(source), source.empty())
    ordered = queue.PriorityQueue()
    for number in (3, 1, 2):
        ordered.put((number, str(number)))
    print([ordered.get() for _ in range(3)])
    simple = queue.SimpleQueue()
    simple.put("x")
    print(simple.get(), simple.qsize(), type(simple))
    full = queue.Queue(1)
    full.put(0, timeout=1)
    for wrong in (
        lambda: full.put_nowait(1),
        lambda: full.put(1, timeout=0.01),
        lambda: simple.get(timeout=0.01),
        lambda: ordered.get(timeout=-1),
        lambda: ordered.task_done() or [ordered.task_done() for _ in range(3)],
    ):
        try:
            wrong()
        except (queue.Full, queue.Empty, ValueError) as error:
            print(type(error).__name__, error)
    ordered.get_nowait()
