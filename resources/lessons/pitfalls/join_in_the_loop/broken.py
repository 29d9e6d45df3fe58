"""join stands in the starting loop."""

import multiprocessing as mp
import time


def work(lock, working, most):
    with lock:
        now = working.value + 1
        working.value = now
        most.value = max(most.value, now)
    time.sleep(0.2)
    with lock:
        working.value -= 1


def main(workers: int = 4):
    lock = mp.Lock()
    working = mp.Value("i", 0)
    most = mp.Value("i", 0)
    team = []
    for n in range(1, workers + 1):
        worker = mp.Process(
            target=work,
            args=(lock, working, most),
            name=f"worker-{n}",
        )
        team.append(worker)
        worker.start()
        worker.join()
    print("most at work:", most.value)


if __name__ == "__main__":
    main()
