"""No main guard: fine under fork, and without a module's own name."""

import multiprocessing

context = multiprocessing.get_context("fork")
numbers = context.Queue()
workers = [context.Process(target=lambda n=n: numbers.put(n * n)) for n in range(3)]
for worker in workers:
    worker.start()
print(sorted(numbers.get() for _ in workers))
for worker in workers:
    worker.join()
print([worker.exitcode for worker in workers])
