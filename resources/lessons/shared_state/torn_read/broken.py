"""A reader between two writes."""

import multiprocessing as mp


def read(pair, go, torn, reads, me):
    go.wait()
    for _ in range(reads):
        a, b = pair[0], pair[1]
        if a != b:
            torn[me] += 1


def main(
    readers: int = 2,
    rounds: int = 40_000,
    reads: int = 20_000,
):
    pair = mp.Array("i", 2)
    torn = mp.Array("i", readers)
    go = mp.Barrier(readers + 1)
    team = [
        mp.Process(
            target=read,
            args=(pair, go, torn, reads, n),
            name=f"reader-{n + 1}",
        )
        for n in range(readers)
    ]
    for reader in team:
        reader.start()
    go.wait()
    for n in range(rounds):
        pair[0] = n
        pair[1] = n
    for reader in team:
        reader.join()
    print(sum(torn), "torn reads")


if __name__ == "__main__":
    main()
