"""A list in a Manager's dict."""

import multiprocessing as mp


def enroll(course, me):
    course["names"].append(me)


def main(workers: int = 3):
    manager = mp.Manager()
    course = manager.dict()
    course["names"] = []
    team = [
        mp.Process(
            target=enroll,
            args=(course, f"worker-{n}"),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    count = len(course["names"])
    print(count, "of", workers, "enrolled")


if __name__ == "__main__":
    main()
