"""One producer, one consumer, one Queue."""

import multiprocessing as mp
import time


def produce(parcels, count):
    for number in range(1, count + 1):
        time.sleep(0.01)
        parcels.put(number)
    parcels.put(None)


def consume(parcels):
    total = 0
    while (number := parcels.get()) is not None:
        time.sleep(0.03)
        total += number
    print("sum", total)


def main(count: int = 20):
    parcels = mp.Queue()
    producer = mp.Process(
        target=produce,
        args=(parcels, count),
        name="producer-1",
    )
    consumer = mp.Process(
        target=consume,
        args=(parcels,),
        name="consumer-1",
    )
    producer.start()
    consumer.start()
    producer.join()
    consumer.join()


if __name__ == "__main__":
    main()
