"""One producer, one consumer, one Queue."""

import multiprocessing as mp
import time


def produce(mail, count):
    for number in range(1, count + 1):
        time.sleep(0.01)
        mail.put(number)
    mail.put(None)


def consume(mail):
    total = 0
    while (n := mail.get()) is not None:
        time.sleep(0.03)
        total += n
    print("sum", total)


def main(count: int = 20):
    mail = mp.Queue()
    producer = mp.Process(
        target=produce,
        args=(mail, count),
        name="producer-1",
    )
    consumer = mp.Process(
        target=consume,
        args=(mail,),
        name="consumer-1",
    )
    producer.start()
    consumer.start()
    producer.join()
    consumer.join()


if __name__ == "__main__":
    main()
