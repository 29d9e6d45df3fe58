"""Listener and Client of the program's own, over a local socket and over TCP."""

import multiprocessing as mp
from multiprocessing.connection import Client, Listener


def call(address):
    with Client(address, authkey=b"secret") as line:
        line.send("hello")
        print(line.recv(), flush=True)


def main():
    for family in ("AF_UNIX", "AF_INET"):
        with Listener(family=family, authkey=b"secret") as listener:
            process = mp.Process(target=call, args=(listener.address,))
            process.start()
            with listener.accept() as line:
                line.send(line.recv() + " back")
            print(listener.last_accepted == "" or listener.last_accepted[0])
            process.join()


if __name__ == "__main__":
    main()
