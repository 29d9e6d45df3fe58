"""Through a Queue of multiprocessing."""

import multiprocessing as mp
import time


def send(mail, count):
    for number in range(count):
        mail.put(number)


def main(
    workers: int = 2,
    count: int = 1_000,
):
    mail = mp.Queue()
    team = [
        mp.Process(
            target=send,
            args=(mail, count),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    mail.get()
    began = time.perf_counter()
    for _ in range(workers * count - 1):
        mail.get()
    took = time.perf_counter() - began
    for worker in team:
        worker.join()
    each = took / (workers * count) * 1e6
    print(f"{each:.0f} us a message")


if __name__ == "__main__":
    main()
