"""Two go on for ever."""

import multiprocessing as mp


def work(counter):
    while True:
        counter.value += 1


def main():
    counter = mp.RawValue("i", 0)
    worker = mp.Process(target=work, args=(counter,))
    worker.start()
    work(counter)


if __name__ == "__main__":
    main()
