"""Two processes and one Pipe."""

import multiprocessing as mp


def pong(link, rounds):
    for _ in range(rounds):
        ball = link.recv()
        link.send(ball + 1)


def main(rounds: int = 500):
    link, far = mp.Pipe()
    player = mp.Process(
        target=pong,
        args=(far, rounds),
        name="pong",
    )
    player.start()
    ball = 0
    for _ in range(rounds):
        link.send(ball)
        ball = link.recv()
    player.join()
    print("ball", ball)


if __name__ == "__main__":
    main()
