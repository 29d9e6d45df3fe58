"""What objects are called whose classes the program derives from the library's."""

from __future__ import annotations

from pathlib import Path

from tests.run.watching import program, watch

SUBCLASSES = """
    import multiprocessing as mp, multiprocessing.pool, concurrent.futures as cf, threading, queue
    from multiprocessing import shared_memory, managers
    class P(multiprocessing.pool.Pool):
        def __init__(self, n): super().__init__(n, context=mp.get_context())
    class E(cf.ProcessPoolExecutor):
        def __init__(self, n): super().__init__(n)
    class T(cf.ThreadPoolExecutor):
        def __init__(self, n): super().__init__(n)
    class S(shared_memory.SharedMemory):
        def __init__(self, n): super().__init__(create=True, size=n)
    class Q(queue.Queue):
        def __init__(self, n): super().__init__(n)
    class C(threading.Condition):
        def __init__(self): super().__init__()
    class M(managers.SyncManager):
        def __init__(self): super().__init__()
    class Sem(threading.Semaphore):
        def __init__(self): super().__init__(3)
    def f(x): return x
    if __name__ == "__main__":
        mypool = P(2); print(mypool.map(f, [1, 2])); mypool.close(); mypool.join()
        myexec = E(2); print(list(myexec.map(f, [1, 2]))); myexec.shutdown()
        mythreads = T(2); print(list(mythreads.map(f, [1, 2]))); mythreads.shutdown()
        myshared = S(10); myshared.close(); myshared.unlink()
        myqueue = Q(3); myqueue.put(1); myqueue.get()
        mycond = C()
        with mycond: mycond.notify()
        mysem = Sem()
        with mysem: pass
        mymanager = M(); mymanager.start(); mydict = mymanager.dict(); mymanager.shutdown()
"""


def test_objects_of_subclasses_have_the_names_of_those_who_make_them(tmp_path: Path) -> None:
    run = watch(program(tmp_path, SUBCLASSES))
    assert run.ended.exit_code == 0
    assert [thing.name for thing in run.trace.objects if not thing.internal] == [
        *("mypool", "myexec", "mythreads", "myshared", "myqueue", "mycond", "mysem"),
        *("mymanager", "mydict"),
    ]
