"""A worker that goes on and on."""

import multiprocessing as mp


def work(counter):
    while True:
        counter.value += 1


def main():
    worker = mp.Process(target=work, args=(mp.RawValue("i", 0),))
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
