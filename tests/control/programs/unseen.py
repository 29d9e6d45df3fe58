"""Workers that share what is not seen: they write through a memoryview, and read the cell."""

import multiprocessing as mp


def work(cell, turn):
    turn.value += 1
    memoryview(cell).cast("B").cast("i")[0] += 1
    for _ in range(cell.value):
        turn.value += 1


def main(workers: int = 2):
    cell, turn = mp.RawValue("i", 0), mp.RawValue("i", 0)
    team = [mp.Process(target=work, args=(cell, turn)) for _ in range(workers)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(cell.value, turn.value)


if __name__ == "__main__":
    main()
