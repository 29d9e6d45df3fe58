"""A manager: its server is a process, each of its clients is served by a thread."""

import multiprocessing as mp


def count(counts, lock, number):
    counts[number] = number
    with lock:
        counts["all"] = counts.get("all", 0) + 1


def main():
    with mp.Manager() as manager:
        counts, lock = manager.dict(), manager.Lock()
        workers = [mp.Process(target=count, args=(counts, lock, n)) for n in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(sorted(counts.items(), key=str))


if __name__ == "__main__":
    main()
