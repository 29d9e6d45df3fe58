"""Workers that remember that their body has run, where nobody sees it; or that stay away then."""

import ctypes
import multiprocessing as mp

times = iter(range(1, 1000))


def work(counter, way):
    time = next(times)
    counter.value += time if way == "counts" else 1
    if way == "dies" and time == 3:
        ctypes.string_at(0)
    while way == "stays" and time == 3:
        pass


def main(way: str = "counts", workers: int = 2):
    counter = mp.RawValue("i", 0)
    team = [
        mp.Process(target=work, args=(counter, way), name=f"worker-{n}")
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(counter.value)


if __name__ == "__main__":
    main()
