"""An idle reader is terminated."""

import multiprocessing as mp
import time


def work(tasks, ready):
    ready.set()
    while (task := tasks.get()) is not None:
        print("did", task, flush=True)


def main(workers: int = 2):
    tasks = mp.Queue()
    ready = mp.Event()
    team = [
        mp.Process(
            target=work,
            args=(tasks, ready),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    team[0].start()
    ready.wait()
    time.sleep(0.2)
    team[0].terminate()
    for worker in team[1:]:
        worker.start()
    for number in range(5):
        tasks.put(number)
    for worker in team:
        tasks.put(None)
    for worker in team:
        worker.join()
    print("all ended")


if __name__ == "__main__":
    main()
