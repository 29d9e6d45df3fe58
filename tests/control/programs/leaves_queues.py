"""Queue with its feeder, JoinableQueue, SimpleQueue."""

import multiprocessing as mp


def work(tasks, results):
    while (task := tasks.get()) is not None:
        results.put(task * 2)
        tasks.task_done()
    tasks.task_done()


def main():
    tasks, results, board = mp.JoinableQueue(2), mp.Queue(), mp.SimpleQueue()
    workers = [mp.Process(target=work, args=(tasks, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for number in (1, 2, 3, None, None):
        tasks.put(number)
    tasks.join()
    board.put(sorted(results.get() for _ in range(3)))
    for worker in workers:
        worker.join()
    print(board.get(), board.empty(), [worker.exitcode for worker in workers])


if __name__ == "__main__":
    main()
