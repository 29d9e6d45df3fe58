"""Two jobs of the same urgency."""

import queue
import threading


def work(jobs):
    while not jobs.empty():
        job = jobs.get()
        print(job[0], job[-1]["name"])


def main():
    jobs = queue.PriorityQueue()
    jobs.put((2, {"name": "copy"}))
    jobs.put((1, {"name": "save"}))
    jobs.put((2, {"name": "print"}))
    worker = threading.Thread(
        target=work,
        args=(jobs,),
        name="worker",
    )
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
