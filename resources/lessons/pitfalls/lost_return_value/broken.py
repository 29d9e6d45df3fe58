"""The answer is returned, to nobody."""

import multiprocessing as mp


def square(number, answers):
    return number * number


def main(workers: int = 4):
    answers = mp.SimpleQueue()
    team = [
        mp.Process(
            target=square,
            args=(n, answers),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    got = [worker.join() for worker in team]
    print(got)


if __name__ == "__main__":
    main()
