"""One poison pill for each consumer."""

import multiprocessing as mp


def produce(tasks, count):
    for number in range(count):
        tasks.put(number)


def consume(tasks):
    done = 0
    while tasks.get() is not None:
        done += 1
    name = mp.current_process().name
    print(name, "did", done, flush=True)


def main(
    producers: int = 2,
    consumers: int = 3,
    count: int = 50,
):
    tasks = mp.Queue()
    sources = [
        mp.Process(
            target=produce,
            args=(tasks, count),
            name=f"producer-{n}",
        )
        for n in range(1, producers + 1)
    ]
    sinks = [
        mp.Process(
            target=consume,
            args=(tasks,),
            name=f"consumer-{n}",
        )
        for n in range(1, consumers + 1)
    ]
    for process in sources + sinks:
        process.start()
    for process in sources:
        process.join()
    for _ in range(consumers):
        tasks.put(None)
    for process in sinks:
        process.join()
    print("all at home")


if __name__ == "__main__":
    main()
