"""Finalizers that use what asks, and a signal's handler that does while the process waits."""

import multiprocessing as mp
import os
import signal
import threading
import weakref


class Guard:
    def __init__(self, lock):
        weakref.finalize(self, self.unlock, lock)

    @staticmethod
    def unlock(lock):
        with lock:
            print("finalized")

    def __del__(self):
        print("deleted")


def main():
    lock = threading.Lock()
    guard = Guard(lock)
    with mp.Lock():
        del guard
    heard, say = mp.Pipe(False)

    def handle(number, frame):
        say.send(number == signal.SIGUSR1)

    signal.signal(signal.SIGUSR1, handle)
    process = mp.Process(target=os.kill, args=(os.getpid(), signal.SIGUSR1))
    process.start()
    print(heard.recv(), signal.getsignal(signal.SIGUSR1) is handle)
    process.join()


if __name__ == "__main__":
    main()
