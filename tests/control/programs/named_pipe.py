"""Two write into a named pipe that main reads once: who comes late waits for ever."""

import multiprocessing as mp
import os
import tempfile


def write(path):
    with open(path, "w") as file:
        file.write("x")


def main():
    path = os.path.join(tempfile.mkdtemp(), "pipe")
    os.mkfifo(path)
    team = [mp.Process(target=write, args=(path,)) for _ in range(2)]
    for worker in team:
        worker.start()
    with open(path) as file:
        file.read()
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
