"""Many processes at once, all at the same queue and lock. crowd.py PROCESSES ITEMS"""

import multiprocessing
import sys


def work(queue, lock, everybody, items):
    everybody.wait()
    for number in range(items):
        with lock:
            queue.put(number)


def main(processes, items):
    queue, lock = multiprocessing.SimpleQueue(), multiprocessing.Lock()
    everybody = multiprocessing.Barrier(processes)
    workers = [
        multiprocessing.Process(target=work, args=(queue, lock, everybody, items))
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    print(sum(queue.get() for _ in range(processes * items)))
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
