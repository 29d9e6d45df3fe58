"""Listener and Client with an authentication key, one connection passed on through another."""

import multiprocessing as mp
import sys
from multiprocessing.connection import Client, Listener


def call(address):
    with Client(address, authkey=b"key") as connection:
        connection.send({"from": "client"})
        print(connection.recv())
        reader, writer = mp.Pipe(False)
        connection.send(reader)
        connection.recv()
        writer.send("through a pipe of the client's")
        connection.recv()


def main(method):
    ctx = mp.get_context(method)
    with Listener(None, "AF_UNIX", authkey=b"key") as listener:
        child = ctx.Process(target=call, args=(listener.address,))
        child.start()
        with listener.accept() as connection:
            print(connection.recv())
            connection.send("hello")
            end = connection.recv()
            connection.send("got it")
            print(end.recv())
            connection.send("bye")
        child.join()
    print(child.exitcode)


if __name__ == "__main__":
    main(sys.argv[1])
