"""One thread looks at what another writes; who comes first isn't a matter of their operations."""

import threading

x = 0


def writes(event: threading.Event) -> None:
    global x
    event.set()
    x = 1


def looks(event: threading.Event) -> None:
    event.set()
    assert x == 0


def main() -> None:
    events = threading.Event(), threading.Event()
    one = threading.Thread(target=writes, args=(events[0],), name="writes")
    other = threading.Thread(target=looks, args=(events[1],), name="looks")
    one.start()
    other.start()
    one.join()
    other.join()


if __name__ == "__main__":
    main()
