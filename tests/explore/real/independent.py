"""Workers that have nothing to do with each other."""

import multiprocessing as mp


def work(own):
    own.value += 1
    own.value += 1


def main(workers: int = 3):
    cells = [mp.RawValue("i", 0) for _ in range(workers)]
    team = [mp.Process(target=work, args=(cell,)) for cell in cells]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
