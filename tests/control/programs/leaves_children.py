"""Children of os.fork, waited for in every way; a signal that is handled, one that isn't."""

import multiprocessing as mp
import os
import signal
import time


def handle(number, frame):
    with mp.Lock():
        print("handled", flush=True)
    os._exit(3)


def sleep(ready, never):
    signal.signal(signal.SIGTERM, handle)
    ready.set()
    never.wait()


def main():
    for code in (7, 0):
        pid = os.fork()
        if pid == 0:
            os._exit(code)
        ended, status = os.waitpid(pid, 0) if code else os.wait()
        print(ended == pid, os.waitstatus_to_exitcode(status))
    ready, never = mp.Event(), mp.Event()
    process = mp.Process(target=sleep, args=(ready, never))
    process.start()
    ready.wait()
    process.terminate()
    process.join()
    print(process.exitcode)
    process = mp.Process(target=never.wait)
    process.start()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    print(process.exitcode, mp.active_children())
    process = mp.Process(target=time.sleep, args=(5,))
    process.start()
    process.join()
    print(process.exitcode)


if __name__ == "__main__":
    main()
