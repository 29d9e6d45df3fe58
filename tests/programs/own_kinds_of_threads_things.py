"""Classes derived from threading's and queue's; what programs do with such objects and classes."""

import copy
import pickle
import queue
import threading


class Kept(queue.Queue):
    """Travels without its locks."""

    def __getstate__(self):
        return {"maxsize": self.maxsize, "items": list(self.queue)}

    def __setstate__(self, state):
        self.__init__(state["maxsize"])
        for item in state["items"]:
            self.put(item)


class Unique(queue.Queue):
    def _init(self, maxsize):
        self.queue = set()

    def _put(self, item):
        self.queue.add(item)

    def _get(self):
        return self.queue.pop()


class Peekable(queue.Queue):
    def peek(self):
        with self.not_empty:
            while not self._qsize():
                self.not_empty.wait()
            return self.queue[0]


MADE = []


class Signal(threading.Event):
    def __init_subclass__(cls):
        MADE.append(cls.__name__)


class Green(Signal):
    def set(self):
        print("green")
        super().set()


class Deaf(threading.Event):
    def set(self):
        print("not set")


class Slots(threading.Condition):
    __slots__ = ()


class Gate(threading.Barrier):
    def __init__(self):
        super().__init__(1)


KINDS = (
    threading.Event,
    threading.Semaphore,
    threading.BoundedSemaphore,
    queue.Queue,
    queue.LifoQueue,
    queue.PriorityQueue,
    Kept,
    Unique,
    Green,
    Deaf,
    Slots,
    Gate,
)


def attempt(what, action):
    try:
        print(what, action())
    except (AttributeError, TypeError, pickle.PicklingError) as error:
        print(what, type(error).__name__, error)


def looked_at(kind):
    thing = kind()
    print(kind.__name__, type(thing) is kind, thing.__class__ is kind, type(thing).__mro__)
    print(sorted(cls.__name__ for cls in kind.__subclasses__()))
    if kind is not Slots:
        print(sorted(vars(thing)))
    attempt("copy", lambda: type(copy.copy(thing)) is kind)
    attempt("deepcopy", lambda: type(copy.deepcopy(thing)) is kind)
    attempt("pickle", lambda: type(pickle.loads(pickle.dumps(thing))) is kind)


if __name__ == "__main__":
    for kind in KINDS:
        looked_at(kind)
    for thing in (threading.Lock(), threading.RLock(), queue.SimpleQueue()):
        attempt("vars", lambda thing=thing: vars(thing))
        attempt("copy", lambda thing=thing: copy.copy(thing))
        attempt("pickle", lambda thing=thing: pickle.dumps(thing))
    print(MADE)

    green, deaf = Green(), Deaf()
    green.set()
    deaf.set()
    print(green.is_set(), deaf.is_set(), copy.copy(green).wait(1))
    one = Unique()
    for item in (1, 1, 2):
        one.put(item)
    print(one.qsize(), sorted((one.get(), one.get())))
    kept = Kept(3)
    kept.put("a")
    print(pickle.loads(pickle.dumps(kept)).get())
    seen = Peekable()
    thread = threading.Thread(target=lambda: print(seen.peek(), seen.get()))
    thread.start()
    seen.put("looked at")
    thread.join()
