"""A duplex pipe: objects there and back, bytes, and the end of the stream."""

import multiprocessing as mp
import sys


def answer(end):
    while True:
        try:
            question = end.recv()
        except EOFError:
            break
        end.send((question, question * 2))
    print("no more questions")


def main(method):
    ctx = mp.get_context(method)
    ours, theirs = ctx.Pipe()
    child = ctx.Process(target=answer, args=(theirs,))
    child.start()
    theirs.close()
    for question in (1, "ab", [3], 2.5):
        ours.send(question)
        print(ours.recv())
    print(ours.poll(), ours.readable, ours.writable, ours.closed, type(ours))
    ours.send(7)
    print(ours.poll(5), ours.recv())
    if method != "fork":  # a forked child holds our end, too
        ours.close()
    else:
        child.terminate()
    child.join()
    print(child.exitcode)


if __name__ == "__main__":
    main(sys.argv[1])
