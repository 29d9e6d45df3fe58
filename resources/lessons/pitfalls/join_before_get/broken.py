"""main joins before it has read."""

import multiprocessing as mp


def work(results):
    results.put("x" * 1_000_000)


def main(workers: int = 2):
    results = mp.Queue()
    team = [
        mp.Process(
            target=work,
            args=(results,),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    for worker in team:
        print(len(results.get()))


if __name__ == "__main__":
    main()
