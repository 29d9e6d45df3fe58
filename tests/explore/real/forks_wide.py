"""Starts ever more processes and waits for none of them."""

import multiprocessing as mp


def work():
    pass


def main():
    while True:
        mp.Process(target=work).start()


if __name__ == "__main__":
    main()
