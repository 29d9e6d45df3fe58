"""Every task is reported, pills as well."""

import multiprocessing as mp
import time


def work(tasks):
    while True:
        task = tasks.get()
        if task is None:
            tasks.task_done()
            break
        time.sleep(0.005)
        tasks.task_done()


def main(
    workers: int = 3,
    count: int = 60,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    tasks = home.JoinableQueue()
    team = [
        mp.Process(
            target=work,
            args=(tasks,),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for number in range(count):
        tasks.put(number)
    for worker in team:
        tasks.put(None)
    tasks.join()
    print("all done")
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
