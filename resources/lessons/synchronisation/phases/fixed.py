"""Nobody reads before all have written."""

import multiprocessing as mp
import time


def work(drafts, wrong, phase, me):
    time.sleep(0.05 * me)
    drafts[me] = 1
    phase.wait()
    neighbour = (me + 1) % len(drafts)
    if drafts[neighbour] == 0:
        wrong[me] = 1


def main(
    workers: int = 4,
    manager: bool = False,
):
    home = mp.Manager() if manager else mp
    drafts = mp.Array("i", workers)
    wrong = mp.Array("i", workers)
    phase = home.Barrier(workers)
    team = [
        mp.Process(
            target=work,
            args=(drafts, wrong, phase, n),
            name=f"worker-{n + 1}",
        )
        for n in range(workers)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    print(sum(wrong), "read an empty draft")


if __name__ == "__main__":
    main()
