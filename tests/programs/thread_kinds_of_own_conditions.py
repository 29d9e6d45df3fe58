"""Conditions over locks of one's own; events and queues with other conditions inside, or none."""

import os
import queue
import threading
import traceback


class Telling:
    """A lock that notes what is asked of it."""

    def __init__(self):
        self.real, self.calls = threading.Lock(), []

    def acquire(self, *args):
        self.calls.append(("acquire", *args))
        return self.real.acquire(*args)

    def release(self):
        self.calls.append("release")
        self.real.release()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()


class Around:
    """Not derived from Condition, but as good as one."""

    def __init__(self):
        self.inside = threading.Condition(threading.Lock())

    def __enter__(self):
        return self.inside.__enter__()

    def __exit__(self, *args):
        return self.inside.__exit__(*args)

    def wait(self, timeout=None):
        return self.inside.wait(timeout)

    def notify(self, n=1):
        self.inside.notify(n)

    def notify_all(self):
        self.inside.notify_all()


class OwnEvent(threading.Event):
    def __init__(self):
        self._cond, self._flag = Around(), False


class OwnSemaphore(threading.Semaphore):
    def __init__(self, value):
        self._cond, self._value = Around(), value


class OwnQueue(queue.Queue):
    def __init__(self):
        super().__init__(1)
        self.not_empty = self.not_full = self.all_tasks_done = Around()


class FromScratch(queue.Queue):
    def __init__(self):
        self.maxsize, self.unfinished_tasks, self.is_shutdown = 1, 0, False
        self._init(1)
        self.mutex = threading.RLock()
        self.not_empty = threading.Condition(self.mutex)
        self.not_full = threading.Condition(self.mutex)
        self.all_tasks_done = threading.Condition(self.mutex)


class BareEvent(threading.Event):
    def __init__(self):
        pass


class BareQueue(queue.Queue):
    def __init__(self):
        pass


def failing(action):
    try:
        print(action())
    except Exception as error:
        files = [os.path.basename(f.filename) for f in traceback.extract_tb(error.__traceback__)]
        print(type(error).__name__, error, files)


def fed(items):
    feeder = threading.Thread(target=lambda: [items.put(n) for n in range(3)])
    feeder.start()
    print([items.get() for _ in range(3)])
    feeder.join()
    for _ in range(3):
        items.task_done()
    items.join()
    failing(items.get_nowait)


telling = Telling()
condition = threading.Condition(telling)
with condition:
    print(condition.wait(0.01), condition.wait_for(lambda: True))
    condition.notify()
    condition.notify_all()
print(telling.calls)

event = OwnEvent()
print(event.wait(0.01))
event.set()
print(event.wait(1), event.is_set())
event.clear()
permits = OwnSemaphore(1)
with permits:
    print(permits.acquire(False), permits.acquire(timeout=0.01))
permits.release()
fed(FromScratch())
one = OwnQueue()
one.put(1)
print(one.get())
one.task_done()
for action in (
    BareEvent().wait,
    BareEvent().set,
    BareEvent().is_set,
    lambda: BareQueue().put(1),
    lambda: BareQueue().get(),
    lambda: BareQueue().join(),
    lambda: BareQueue().task_done(),
    lambda: threading.Event().wait("1"),
    lambda: threading.Semaphore(0).acquire(timeout="1"),
):
    failing(action)
