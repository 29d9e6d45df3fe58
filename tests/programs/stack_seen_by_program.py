"""What the program sees of its own stack, in main, in a thread and in a child."""

import multiprocessing as mp
import os
import sys
import threading
import traceback


def stack(where):
    names = [(os.path.basename(f.filename), f.name) for f in traceback.extract_stack()[:-1]]
    first = next((i for i, name in enumerate(names) if name[1] in ("_bootstrap", "main")), 0)
    print(where, names[first:], flush=True)


def main(method):
    stack("main")
    thread = threading.Thread(target=stack, args=("thread",))
    thread.start()
    thread.join()
    child = mp.get_context(method).Process(target=stack, args=("child",))
    child.start()
    child.join()


if __name__ == "__main__":
    main(sys.argv[1])
