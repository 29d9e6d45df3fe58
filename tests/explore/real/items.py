"""A list is changed while the queue's feeder may already be sending it."""

import multiprocessing as mp


def main(late: bool = False, fixed: bool = False) -> None:
    letters, gate = mp.Queue(), mp.Lock()
    item = [1]
    letters.put(tuple(item) if fixed else item)
    if late:
        with gate:
            item.append(2)
    assert list(letters.get()) == [1]


if __name__ == "__main__":
    main()
