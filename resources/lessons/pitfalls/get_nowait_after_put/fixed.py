"""Put, and give it a moment."""

import multiprocessing as mp
import queue


def main(rounds: int = 1_000):
    letters = mp.Queue()
    missed = 0
    for number in range(rounds):
        letters.put(number)
        try:
            letters.get(timeout=2)
        except queue.Empty:
            missed += 1
            letters.get()
    print("early:", missed, "of", rounds)


if __name__ == "__main__":
    main()
