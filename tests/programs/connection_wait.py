"""connection.wait over pipes and sentinels, with and without a timeout."""

import multiprocessing as mp
import sys
from multiprocessing.connection import wait


def child(end, number):
    end.send(number)
    end.close()


def main(method):
    ctx = mp.get_context(method)
    readers, children = [], []
    for number in range(3):
        reader, writer = ctx.Pipe(False)
        process = ctx.Process(target=child, args=(writer, number))
        process.start()
        writer.close()
        readers.append(reader)
        children.append(process)
    got = []
    while readers:
        for reader in wait(readers):
            try:
                got.append(reader.recv())
            except EOFError:
                readers.remove(reader)
    print(sorted(got))
    for process in children:
        print(wait([process.sentinel], 10) == [process.sentinel])
        process.join()
    silent, _held = ctx.Pipe(False)
    print(wait([silent], 0.01), wait(iter([silent]), 0))


if __name__ == "__main__":
    main(sys.argv[1])
