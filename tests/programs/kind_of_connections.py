"""The class of a connection is what it is, also for picklers of the program's own."""

import copyreg
import io
import multiprocessing as mp
import os
import pickle
import sys
from multiprocessing.connection import Connection


def numbered(connection):
    return Connection, (os.dup(connection.fileno()), connection.readable, connection.writable)


class Own(pickle.Pickler):
    dispatch_table = {**copyreg.dispatch_table, Connection: numbered}  # noqa: RUF012


def through(end):
    file = io.BytesIO()
    Own(file).dump([end, end])
    first, second = pickle.loads(file.getvalue())
    return first, first is second


def work(queue, end):
    queue.put((type(end) is Connection, isinstance(queue._reader, Connection)))
    end.send("from the child")
    again, same = through(end)
    again.send("by another end")
    print(type(again) is Connection, same, flush=True)


if __name__ == "__main__":
    ctx = mp.get_context(sys.argv[1])
    queue, (ours, theirs) = ctx.Queue(), ctx.Pipe()
    print(type(ours) is Connection, ours.__class__ is Connection, len(pickle.dumps(ours)))
    child = ctx.Process(target=work, args=(queue, theirs))
    child.start()
    print(queue.get(), ours.recv(), ours.recv(), len(pickle.dumps(ours)))
    child.join()
    # A library may send the ends of a queue by a pickler of its own.
    writer, same = through(queue._writer)
    writer.send("to the queue")
    print(same, queue._reader.recv())
    queue.put("and as ever")
    print(queue.get())
    for end in (ours, theirs, writer):
        end.close()
    # Of one that the program makes of a descriptor nobody is left at the other end.
    reader, pipe = os.pipe()
    os.close(reader)
    try:
        Connection(pipe, readable=False).send(1)
    except BrokenPipeError as error:
        print(error)
    reader, pipe = os.pipe()
    os.close(pipe)
    try:
        Connection(reader, writable=False).recv()
    except EOFError:
        print("the end")
