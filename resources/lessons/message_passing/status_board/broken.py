"""The board takes one report a time."""

import multiprocessing as mp
import queue
import time


def work(status, me, steps):
    for step in range(1, steps + 1):
        time.sleep(0.005)
        status.put((me, step))


def show(status, board):
    try:
        me, step = status.get_nowait()
        board[me] = step
    except queue.Empty:
        pass


def main(workers: int = 4, steps: int = 50):
    status = mp.Queue()
    board = {}
    team = []
    for n in range(1, workers + 1):
        worker = mp.Process(
            target=work,
            args=(status, n, steps),
            name=f"worker-{n}",
        )
        worker.start()
        team.append(worker)
    while any(w.is_alive() for w in team):
        show(status, board)
        time.sleep(0.02)
    show(status, board)
    shown = sum(board.values())
    total = workers * steps
    print("board:", shown, "of", total)


if __name__ == "__main__":
    main()
