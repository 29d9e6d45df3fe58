"""A worker that computes for longer than anybody waits for its next step."""

import multiprocessing as mp
import time


def work(counter):
    end = time.process_time() + 60
    while time.process_time() < end:
        pass
    counter.value += 1


def main():
    counter = mp.RawValue("i", 0)
    worker = mp.Process(target=work, args=(counter,))
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
