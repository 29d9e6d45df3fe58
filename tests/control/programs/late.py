"""Workers that begin late, never, or compute for a while before they do anything that is seen."""

import time
from multiprocessing import Lock, Process

if __name__ == "__mp_main__":
    # Processor time, of which an interpreter that has just begun has used little.
    while time.process_time() < 0.6:
        pass


def works(lock) -> None:
    began = time.process_time()
    while time.process_time() < began + 0.4:
        pass
    with lock:
        print("worked")


class Unloadable:
    def __reduce__(self):
        return int, ("not a number",)


def main(loads: bool = True) -> None:
    lock = Lock()
    process = Process(target=works, args=(lock if loads else Unloadable(),))
    process.start()
    process.join()


if __name__ == "__main__":
    main()
