"""Look first, then wait."""

import multiprocessing as mp
import time


def wait(bell, ready):
    time.sleep(0.2)
    with bell:
        while not ready.value:
            bell.wait()
    name = mp.current_process().name
    print(name, "goes", flush=True)


def main(
    workers: int = 2,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    bell = home.Condition()
    ready = home.Value("b", 0)
    team = [
        mp.Process(
            target=wait,
            args=(bell, ready),
            name=f"worker-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    with bell:
        ready.value = 1
        bell.notify_all()
    for worker in team:
        worker.join()
    print("all went")


if __name__ == "__main__":
    main()
