"""Producers, one consumer, one Queue."""

import multiprocessing as mp
import time


def produce(mail, numbers):
    for number in numbers:
        time.sleep(0.01)
        mail.put(number)


def consume(mail, count):
    total = 0
    for _ in range(count):
        total += mail.get()
        time.sleep(0.03)
    print("sum", total)


def main(
    producers: int = 1,
    count: int = 20,
):
    mail = mp.Queue()
    numbers = range(1, count + 1)
    team = []
    for n in range(producers):
        share = numbers[n::producers]
        producer = mp.Process(
            target=produce,
            args=(mail, share),
            name=f"producer-{n + 1}",
        )
        team.append(producer)
    consumer = mp.Process(
        target=consume,
        args=(mail, count),
        name="consumer-1",
    )
    team.append(consumer)
    for process in team:
        process.start()
    for process in team:
        process.join()


if __name__ == "__main__":
    main()
