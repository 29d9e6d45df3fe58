"""Ask the queue whether it is empty."""

import queue
import threading


def work(tasks, done):
    while not tasks.empty():
        done.append(tasks.get())


def main(count: int = 20):
    tasks = queue.Queue()
    for number in range(count):
        tasks.put(number)
    done = []
    worker = threading.Thread(
        target=work,
        args=(tasks, done),
        name="worker",
    )
    worker.start()
    worker.join()
    print(len(done), "of", count)


if __name__ == "__main__":
    main()
