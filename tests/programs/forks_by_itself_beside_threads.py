"""os.fork beside another thread: Python 3.12 and newer warn of it, by the program's filters."""

import multiprocessing as mp
import os
import sys
import threading
import warnings


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def refuse(event, _arguments):
    if event == "os.fork":
        raise BlockingIOError("no more processes")


def print_in_child():
    process = mp.get_context("fork").Process(target=print, args=("child",))
    process.start()
    process.join()


if __name__ == "__main__":
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    fork()
    print_in_child()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print_in_child()
    print([(str(one.message)[:12], os.path.basename(one.filename)) for one in caught])
    warnings.simplefilter("error")
    fork()
    sys.addaudithook(refuse)
    try:
        fork()
    finally:
        over.set()
