"""Not for me? Then I put it back."""

import queue
import threading
import time


def work(me, mail, count, back):
    while count:
        to = mail.get()
        if to != me:
            mail.put(to)
            back[me - 1] += 1
            time.sleep(0.001)
        else:
            time.sleep(0.02)
            count -= 1


def main(workers: int = 2, count: int = 10):
    mail = queue.Queue()
    back = [0] * workers
    team = []
    for n in range(1, workers + 1):
        worker = threading.Thread(
            target=work,
            args=(n, mail, count, back),
            name=f"worker-{n}",
        )
        worker.start()
        team.append(worker)
    for n in range(1, workers + 1):
        for _ in range(count):
            mail.put(n)
        time.sleep(0.1)
    for worker in team:
        worker.join()
    print("put back", sum(back), "times")


if __name__ == "__main__":
    main()
