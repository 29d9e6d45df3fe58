"""A subclass of multiprocessing's Queue class, made with a context, and imported as Q."""

import multiprocessing as mp
import sys
from multiprocessing import Queue as Q
from multiprocessing.queues import Queue


class Counting(Queue):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, ctx=mp.get_context(), **kwargs)
        self.puts = 0

    def put(self, item, *args, **kwargs):
        self.puts += 1
        super().put(item, *args, **kwargs)

    def __getstate__(self):
        return super().__getstate__(), self.puts

    def __setstate__(self, state):
        super().__setstate__(state[0])
        self.puts = state[1]


def child(queue, plain):
    print(type(queue).__name__, queue.puts, flush=True)
    queue.put("from the child")
    plain.put(queue.puts)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    queue, plain = Counting(5), Q()
    queue.put("first")
    process = mp.Process(target=child, args=(queue, plain))
    process.start()
    print(queue.get(), queue.get(), plain.get(), queue.puts, isinstance(queue, Queue))
    process.join()
    print(type(queue), type(plain))
