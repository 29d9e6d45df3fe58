"""An error that nobody hears of."""

import multiprocessing as mp


def convert(number):
    if number == 3:
        raise ValueError("cannot convert 3")
    return number * number


def main(
    workers: int = 2,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    results = []
    with home.Pool(workers) as pool:
        for number in range(1, 6):
            task = pool.apply_async(
                convert, (number,)
            )
            results.append(task)
        pool.close()
        pool.join()
    print("all converted")


if __name__ == "__main__":
    main()
