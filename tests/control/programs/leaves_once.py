"""What is recorded before it is done, each once."""

import multiprocessing as mp
import threading


def main():
    shared, own, again = mp.Lock(), threading.Lock(), threading.RLock()
    receiver, sender = mp.Pipe(False)
    with shared:
        sender.send(1)
    with own:
        receiver.recv()
    with again:
        sender.close()


if __name__ == "__main__":
    main()
