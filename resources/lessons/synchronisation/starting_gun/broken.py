"""The gun is cleared at once."""

import multiprocessing as mp
import time


def run(gun, me):
    time.sleep(0.1)
    gun.wait()
    print("runner", me, "runs", flush=True)


def main(
    workers: int = 3,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    gun = home.Event()
    team = [
        mp.Process(
            target=run,
            args=(gun, n),
            name=f"runner-{n}",
        )
        for n in range(1, workers + 1)
    ]
    for runner in team:
        runner.start()
    gun.set()
    gun.clear()
    for runner in team:
        runner.join()
    print("all have run")


if __name__ == "__main__":
    main()
