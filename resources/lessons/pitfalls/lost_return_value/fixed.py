"""The answer is sent."""

import multiprocessing as mp


def square(number, answers):
    answers.put(number * number)


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
    got = [answers.get() for worker in team]
    print(sorted(got))
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
