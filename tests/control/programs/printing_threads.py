"""Threads that print lines, pieces of lines, and bytes past the text layer."""

import sys
import threading


def work(name: str) -> None:
    print(name, "begins", end=" ", flush=True)
    print("a line", flush=True)
    print(name, end="")
    sys.stdout.flush()
    sys.stdout.writelines(["so\n", "on\n"])


def main() -> None:
    team = [threading.Thread(target=work, args=(n,), name=n) for n in ("one", "two", "three")]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join()
    print(type(sys.stdout))
    sys.stdout.buffer.write(b"the end\n")


if __name__ == "__main__":
    main()
