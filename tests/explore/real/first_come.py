"""Who sends first is printed first: nothing fails, but the output depends on the order."""

import multiprocessing as mp


def send(queue, word):
    queue.put(word)


def main():
    queue = mp.SimpleQueue()
    team = [mp.Process(target=send, args=(queue, word)) for word in ("one", "two")]
    for worker in team:
        worker.start()
    print(queue.get(), queue.get())
    for worker in team:
        worker.join()


if __name__ == "__main__":
    main()
