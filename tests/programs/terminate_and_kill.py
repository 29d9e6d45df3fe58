"""terminate, kill and close of processes, join with a timeout, repr at each step."""

import multiprocessing as mp
import re
import sys
import time


def shown(process):
    return re.sub(r"pid=\d+|parent=\d+", "…", repr(process))


if __name__ == "__main__":
    ctx = mp.get_context(sys.argv[1])
    for end in ("terminate", "kill"):
        child = ctx.Process(target=time.sleep, args=(60,), name=end)
        print(shown(child), child.exitcode, child.pid)
        child.start()
        child.join(0.01)
        print(shown(child), child.is_alive())
        getattr(child, end)()
        child.join()
        print(shown(child), child.exitcode)
        child.close()
        print(shown(child))
        try:
            child.join()
        except ValueError as error:
            print(error)
    try:
        ctx.Process(target=print).join()
    except AssertionError as error:
        print(error)
    ctx.Process(target=print).terminate()
