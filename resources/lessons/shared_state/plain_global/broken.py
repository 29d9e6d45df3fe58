"""Processes count in a plain global."""

import multiprocessing as mp

count = 0


def work():
    global count
    print("I find", count, flush=True)
    count += 1


def main(workers: int = 3):
    global count
    count = 100
    team = [
        mp.Process(
            target=work,
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print("main has", count)


if __name__ == "__main__":
    main()
