"""Both ends of a Pipe send first."""

import multiprocessing as mp


def work(link, size):
    link.send("b" * size)
    link.recv()


def main(
    workers: int = 2,
    size: int = 1_000_000,
):
    links = []
    team = []
    for n in range(1, workers + 1):
        link, far = mp.Pipe()
        worker = mp.Process(
            target=work,
            args=(far, size),
            name=f"worker-{n}",
        )
        worker.start()
        links.append(link)
        team.append(worker)
    for link in links:
        link.send("a" * size)
    for link in links:
        link.recv()
    for worker in team:
        worker.join()
    print("exchanged", workers)


if __name__ == "__main__":
    main()
