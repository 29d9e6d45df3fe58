"""What finds no place is dropped."""

import multiprocessing as mp
import queue
import time


def produce(orders, count):
    dropped = 0
    for number in range(count):
        try:
            orders.put_nowait(number)
        except queue.Full:
            dropped += 1
    print("dropped", dropped)
    orders.put(None)


def consume(orders):
    served = 0
    while orders.get() is not None:
        time.sleep(0.03)
        served += 1
    print("served", served)


def main(count: int = 30, size: int = 5):
    orders = mp.Queue(size)
    producer = mp.Process(
        target=produce,
        args=(orders, count),
        name="producer-1",
    )
    consumer = mp.Process(
        target=consume,
        args=(orders,),
        name="consumer-1",
    )
    producer.start()
    consumer.start()
    producer.join()
    consumer.join()


if __name__ == "__main__":
    main()
