"""Objects of the main module are finalized when the interpreter has ended all else."""

import multiprocessing as mp
import sys
import threading
import time


class Late:
    lock = threading.Lock()

    def __init__(self, where):
        self.where = where

    def __del__(self):
        with self.lock:
            print("finalized in", self.where)


def work():
    print("worked", flush=True)


def main(method):
    end, _ = mp.Pipe()

    def hold(end=end):
        time.sleep(100)

    threading.Thread(target=hold, daemon=True).start()
    process = mp.get_context(method).Process(target=work)
    process.start()
    process.join()
    sys.exit("ended")


late = Late(mp.current_process().name.partition("-")[0])

if __name__ == "__main__":
    main(sys.argv[1])
