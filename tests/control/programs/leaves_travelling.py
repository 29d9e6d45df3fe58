"""An end of a pipe goes through a queue; a list's name through an argument."""

import multiprocessing as mp
from multiprocessing.shared_memory import ShareableList


def answer(ends, name):
    end = ends.get()
    end.send("got it")
    end.close()
    votes = ShareableList(name=name)
    votes[0] += 1
    votes.shm.close()


def main():
    ends, votes = mp.Queue(), ShareableList([0, "abc"])
    process = mp.Process(target=answer, args=(ends, votes.shm.name))
    process.start()
    near, far = mp.Pipe()
    ends.put(far)
    print(near.recv())
    process.join()
    print(votes[0], votes[1])
    votes.shm.close()
    votes.shm.unlink()


if __name__ == "__main__":
    main()
