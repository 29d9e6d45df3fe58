"""A wait gives up although somebody else does something every second."""

import threading
import time


def beat(event):
    while not event.is_set():
        time.sleep(1)


def main():
    event, never = threading.Event(), threading.Event()
    heart = threading.Thread(target=beat, args=(event,))
    heart.start()
    print(never.wait(5), heart.join(2), heart.is_alive())
    event.set()
    heart.join()


if __name__ == "__main__":
    main()
