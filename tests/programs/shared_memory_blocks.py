"""SharedMemory and ShareableList between processes, attached by name and by pickle."""

import sys
from multiprocessing import get_context, shared_memory
from multiprocessing.managers import SharedMemoryManager


def child(name, block, numbers):
    attached = shared_memory.SharedMemory(name)
    attached.buf[0] = 1
    block.buf[1] = 2
    numbers[0] += 40
    numbers[1] = "other"
    attached.close()
    block.close()
    numbers.shm.close()


def main(method):
    ctx = get_context(method)
    block = shared_memory.SharedMemory(create=True, size=16)
    numbers = shared_memory.ShareableList([2, "words", 1.5, None, True])
    process = ctx.Process(target=child, args=(block.name, block, numbers))
    process.start()
    process.join()
    print(process.exitcode, bytes(block.buf[:3]), block.size >= 16, list(numbers), len(numbers))
    print(numbers.count(True), numbers.index(1.5), numbers[-1], numbers.format)
    for wrong in (
        lambda: numbers[9],
        lambda: numbers.__setitem__(1, "far too long for its slot"),
        lambda: shared_memory.SharedMemory("there is none"),
        lambda: shared_memory.SharedMemory(create=True, size=0),
    ):
        try:
            wrong()
        except (IndexError, ValueError, FileNotFoundError) as error:
            print(type(error).__name__, error)
    numbers.shm.close()
    numbers.shm.unlink()
    block.close()
    block.unlink()
    with SharedMemoryManager(ctx=ctx) as manager:
        mine = manager.SharedMemory(8)
        mine.buf[:2] = b"ab"
        print(bytes(mine.buf[:2]), list(manager.ShareableList(range(3))))
    block.unlink()


if __name__ == "__main__":
    main(sys.argv[1])
