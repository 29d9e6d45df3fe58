"""Functions of C are kept in classes, pickled and looked at; they are no methods there."""

import copy
import inspect
import os
import pickle
import threading
import time
import xmlrpc.client
from multiprocessing import Process
from multiprocessing.dummy import Pool


class Kept:
    """As werkzeug keeps the kind of lock it makes, for one."""

    exit = os._exit
    kill = os.kill
    make_lock = threading.Lock
    make_rlock = threading.RLock
    open = open
    sleep = time.sleep
    wait_for = getattr(os, "waitpid", None)


def leave():
    Kept().exit(3)


def main():
    kept = Kept()
    with kept.make_lock():
        kept.sleep(0.001)
    with kept.open(os.devnull) as file:
        print(file.read())
    worker = Process(target=leave)
    worker.start()
    worker.join()
    print(worker.exitcode)
    if kept.wait_for and hasattr(os, "fork"):
        child = os.fork()
        if child == 0:
            kept.sleep(60)
        kept.kill(child, 15)
        print(kept.wait_for(child, 0)[1])
    for function in (time.sleep, os._exit, os.kill, os.waitpid, os.wait, os.fork, open):
        print(function, inspect.isbuiltin(function), inspect.isroutine(function))
        print(function.__module__, function.__qualname__, function.__doc__)
        print(copy.deepcopy(function) is function, hasattr(function, "__dict__"))
        print(pickle.loads(pickle.dumps(function)) is function)
    print(threading.Lock, pickle.loads(pickle.dumps(threading.Lock)) is threading.Lock)
    print(inspect.signature(threading.RLock))
    try:
        xmlrpc.client.dumps((time.sleep,))
    except TypeError as error:
        print("xmlrpc", type(error))
    with Pool(2) as pool:
        print(pool.map(time.sleep, [0, 0.001]))
    try:
        kept.sleep("long")
    except TypeError as error:
        print(error)


if __name__ == "__main__":
    main()
