"""Subclasses of Process: own run, own start, state of their own."""

import multiprocessing as mp
import sys


class Worker(mp.Process):
    def __init__(self, number, results):
        super().__init__(name=f"worker-{number}")
        self.number, self.results = number, results

    def start(self):
        print("starting", self.name)
        super().start()

    def run(self):
        print(self.name, mp.current_process() is self, flush=True)
        self.results.put(self.number**2)
        super().run()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    queue = mp.Queue()
    for i in range(3):
        worker = Worker(i, queue)
        worker.start()
        worker.join()
        print(queue.get(), worker.exitcode, isinstance(worker, mp.Process), type(worker))
    try:
        worker.start()
    except AssertionError as error:
        print(error)
