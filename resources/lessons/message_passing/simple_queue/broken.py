"""First all the tasks, then the workers."""

import multiprocessing as mp


def work(tasks):
    done = 0
    while tasks.get() is not None:
        done += 1
    name = mp.current_process().name
    print(name, "did", done, flush=True)


def main(
    workers: int = 2,
    count: int = 2_000,
):
    tasks = mp.SimpleQueue()
    team = [
        mp.Process(
            target=work,
            args=(tasks,),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for _ in range(count):
        tasks.put("x" * 100)
    for worker in team:
        worker.start()
    for worker in team:
        tasks.put(None)
    for worker in team:
        worker.join()
    print("all done")


if __name__ == "__main__":
    main()
