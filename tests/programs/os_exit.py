"""Children that leave by os._exit, sys.exit of several kinds, a signal; what the parent sees."""

import multiprocessing as mp
import os
import signal
import sys


def hard():
    print("lost, for nobody flushes")
    os._exit(3)


def leave(code):
    sys.exit(code)


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    ctx = mp.get_context(sys.argv[1])
    for target, args in (
        (hard, ()),
        (leave, (None,)),
        (leave, (4,)),
        (leave, ("a message",)),
        (killed, ()),
    ):
        child = ctx.Process(target=target, args=args)
        child.start()
        child.join()
        print(target.__name__, args, child.exitcode)
    sys.exit(5)
