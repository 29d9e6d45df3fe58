"""Locks told apart, pickled and dispatched by type: the program's own and the library's."""

import _thread
import copy
import copyreg
import functools
import io
import logging
import pickle
import queue
import threading
from multiprocessing.reduction import ForkingPickler

LOCK, RLOCK = threading.Lock(), threading.RLock()
OTHERS, OTHERS_R = queue.Queue().mutex, logging.Handler().lock


class Keeps:
    def __init__(self):
        self.lock, self.rlock, self.condition = threading.Lock(), threading.RLock(), None
        self.condition, self.event = threading.Condition(), threading.Event()
        self.queue, self.handler = queue.Queue(), logging.Handler()


def made(kind):
    return kind, ()


def attempt(action):
    try:
        print(type(action()).__name__)
    except (TypeError, pickle.PicklingError) as error:
        print(type(error).__name__, error)


@functools.singledispatch
def what(_):
    return "something"


what.register(type(LOCK))(lambda _: "lock")
what.register(type(RLOCK))(lambda _: "rlock")

print(*map(what, (LOCK, OTHERS, RLOCK, OTHERS_R, _thread.allocate_lock())))
for kind in (_thread.LockType, type(LOCK), type(OTHERS), _thread.RLock, type(RLOCK)):
    print([isinstance(lock, kind) for lock in (LOCK, OTHERS, RLOCK, OTHERS_R)])
    print(
        [{type(lock): 1}.get(kind) for lock in (LOCK, OTHERS, RLOCK, OTHERS_R)],
        kind,
        issubclass(kind, kind),
    )
    print(len({kind, _thread.LockType, _thread.RLock}))
print(LOCK.__class__, isinstance(threading.Lock, type) and type(LOCK) is threading.Lock)
print(dir(LOCK) == dir(OTHERS), dir(RLOCK) == dir(OTHERS_R))
print(hex(id(LOCK)) in repr(LOCK), hex(id(RLOCK)) in repr(RLOCK))

copyreg.pickle(type(LOCK), lambda _: made(threading.Lock))
copyreg.pickle(type(RLOCK), lambda _: made(threading.RLock))
attempt(lambda: pickle.loads(pickle.dumps(Keeps())))
attempt(lambda: copy.deepcopy(Keeps()))
del copyreg.dispatch_table[type(LOCK)], copyreg.dispatch_table[type(RLOCK)]
attempt(lambda: pickle.dumps(LOCK))


class Pickler(pickle.Pickler):
    def __init__(self, file):
        super().__init__(file)
        self.dispatch_table = {
            _thread.LockType: lambda _: made(threading.Lock),
            _thread.RLock: lambda _: made(threading.RLock),
        }


file = io.BytesIO()
attempt(lambda: Pickler(file).dump(Keeps()) or pickle.loads(file.getvalue()))
ForkingPickler.register(type(LOCK), lambda _: made(threading.Lock))
attempt(lambda: pickle.loads(ForkingPickler.dumps(OTHERS)))
attempt(lambda: pickle.loads(ForkingPickler.dumps(LOCK)))
