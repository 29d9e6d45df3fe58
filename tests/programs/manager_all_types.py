"""A SyncManager's types, used by a child: dict, list, Namespace, Value, Array, Queue, locks."""

import multiprocessing as mp
import queue
import sys


def work(shared, numbers, names, value, array, tasks, lock, event, barrier, nested):
    with lock:
        shared["count"] += 1
        value.value += 1
        names.x = names.x + 1
    numbers.append(sum(numbers))
    array[1] = 2.5
    tasks.put("from the child")
    event.wait()
    barrier.wait()
    nested["list"].append("deep")


def main(method):
    with mp.get_context(method).Manager() as manager:
        shared, numbers = manager.dict(count=0), manager.list([1, 2])
        names, value = manager.Namespace(x=1), manager.Value("i", 5)
        array, tasks = manager.Array("d", [0, 0]), manager.Queue(2)
        lock, event, barrier = manager.RLock(), manager.Event(), manager.Barrier(2)
        nested = manager.dict(list=manager.list())
        arguments = (shared, numbers, names, value, array, tasks, lock, event, barrier, nested)
        child = mp.get_context(method).Process(target=work, args=arguments)
        child.start()
        print(tasks.get(timeout=20))
        event.set()
        print(barrier.wait() in (0, 1), barrier.parties)
        child.join()
        print(shared, dict(shared), list(shared.keys()), "count" in shared, len(shared))
        print(numbers, numbers[0], numbers[-1], numbers[1:], names, value.value, array[1])
        print(list(nested["list"]), type(nested), event.is_set(), str(value))
        for wrong in (tasks.get_nowait, lambda: shared["no"], lambda: numbers[99], lock.release):
            try:
                wrong()
            except (queue.Empty, KeyError, IndexError, RuntimeError) as error:
                print(type(error).__name__, error)
        joinable = manager.JoinableQueue()
        joinable.put(1)
        joinable.get()
        joinable.task_done()
        joinable.join()
        condition, semaphore = manager.Condition(), manager.BoundedSemaphore(1)
        with condition, semaphore:
            print(condition.wait(0.01), semaphore.acquire(False))
            condition.notify_all()
        for key in shared:
            print(key)
        with manager.Pool(1) as pool:
            print(pool.map(abs, [-1, -2]), pool.apply_async(abs, (-3,)).get())
        shared["uncaught"]["key"]


if __name__ == "__main__":
    main(sys.argv[1])
