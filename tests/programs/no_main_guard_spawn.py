"""No main guard under spawn: the child's bootstrap refuses, and says why."""

import multiprocessing

context = multiprocessing.get_context("spawn")
worker = context.Process(target=print, args=("never",))
worker.start()
worker.join()
print(worker.exitcode)
