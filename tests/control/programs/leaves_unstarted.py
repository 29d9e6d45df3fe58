"""A process that can't be started, and one that can."""

import multiprocessing as mp


def main():
    process = mp.get_context("spawn").Process(target=lambda: None)
    try:
        process.start()
    except Exception as error:
        print(type(error).__name__)
    process = mp.Process(target=print, args=("started",))
    process.start()
    process.join()


if __name__ == "__main__":
    main()
