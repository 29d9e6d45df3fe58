"""Every process starts another one and waits for it."""

import multiprocessing as mp


def work():
    child = mp.Process(target=work)
    child.start()
    child.join()


def main():
    work()


if __name__ == "__main__":
    main()
