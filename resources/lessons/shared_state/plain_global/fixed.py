"""Processes count in a shared Value."""

import multiprocessing as mp


def work(count):
    with count.get_lock():
        found = count.value
        count.value += 1
    print("I find", found, flush=True)


def main(workers: int = 3):
    count = mp.Value("i", 100)
    team = [
        mp.Process(
            target=work,
            args=(count,),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("main has", count.value)


if __name__ == "__main__":
    main()
