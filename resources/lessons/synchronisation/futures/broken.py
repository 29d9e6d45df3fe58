"""Each result is waited for at once."""

import time
from concurrent.futures import (
    ProcessPoolExecutor,
)


def work(number):
    began = time.perf_counter()
    time.sleep(0.1)
    return began, time.perf_counter()


def main(workers: int = 4, count: int = 8):
    spans = []
    pool = ProcessPoolExecutor(workers)
    with pool:
        for number in range(count):
            task = pool.submit(work, number)
            spans.append(task.result())
    print("most at work:", most(spans))


def most(spans):
    return max(
        sum(a <= now < b for a, b in spans)
        for now, _ in spans
    )


if __name__ == "__main__":
    main()
