"""send_bytes with offsets, recv_bytes with limits, recv_bytes_into, and what they refuse."""

import array
import multiprocessing as mp
import sys


def child(end):
    end.send_bytes(b"0123456789", 2, 4)
    end.send_bytes(b"x" * 100_000)
    end.send_bytes(array.array("i", [1, 2, 3]))
    end.send_bytes(b"too long")
    try:
        end.recv()
    except OSError as error:
        end.close()
        sys.exit(str(error))


def main(method):
    ctx = mp.get_context(method)
    reader, writer = ctx.Pipe(duplex=False)
    process = ctx.Process(target=child, args=(writer,))
    process.start()
    writer.close()
    print(reader.recv_bytes(), len(reader.recv_bytes()))
    numbers = array.array("i", [0] * 4)
    print(reader.recv_bytes_into(numbers), numbers)
    try:
        reader.recv_bytes(3)
    except OSError as error:
        print(error)
    process.join()
    for wrong in (lambda: writer.send(1), lambda: reader.recv(), lambda: reader.send(1)):
        try:
            wrong()
        except (OSError, EOFError) as error:
            print(type(error).__name__, error)
    a, b = ctx.Pipe()
    b.close()
    try:
        a.send(1)
    except BrokenPipeError as error:
        print(error)
    try:
        a.recv()
    except (EOFError, ConnectionResetError) as error:
        print(type(error).__name__)
    a.send_bytes(b"uncaught")


if __name__ == "__main__":
    main(sys.argv[1])
