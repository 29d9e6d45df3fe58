"""Main plays; each other has a Pipe."""

import multiprocessing as mp


def pong(link, rounds):
    for _ in range(rounds):
        ball = link.recv()
        link.send(ball + 1)


def main(
    players: int = 1,
    rounds: int = 500,
):
    links, team = [], []
    for n in range(players):
        link, far = mp.Pipe()
        player = mp.Process(
            target=pong,
            args=(far, rounds),
            name=f"pong-{n + 1}",
        )
        player.start()
        links.append(link)
        team.append(player)
    ball = 0
    for _ in range(rounds):
        for link in links:
            link.send(ball)
            ball = link.recv()
    for player in team:
        player.join()
    print("ball", ball)


if __name__ == "__main__":
    main()
