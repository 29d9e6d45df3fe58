"""Condition, Event, Barrier, Semaphore and values of multiprocessing."""

import multiprocessing as mp


def work(bell, event, barrier, gate, total, flag):
    with bell:
        while not flag.value:
            bell.wait()
    event.set()
    barrier.wait()
    with gate:
        total.value += 1


def main():
    bell, event, barrier, gate = mp.Condition(), mp.Event(), mp.Barrier(2), mp.Semaphore(1)
    total, flag = mp.Value("i", 0), mp.Value("i", 0)
    worker = mp.Process(target=work, args=(bell, event, barrier, gate, total, flag))
    worker.start()
    with bell:
        flag.value = 1
        bell.notify_all()
    event.wait()
    barrier.wait()
    with gate:
        total.value += 1
    worker.join()
    print(total.value, event.is_set())


if __name__ == "__main__":
    main()
