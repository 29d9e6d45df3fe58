"""Raw values, arrays and structures, which nobody else watches."""

import ctypes
import multiprocessing as mp


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_int)]


def work(value, array, point, locked):
    value.value = 7
    array[1] = value.value + 1
    array[0:2] = [3, 4]
    point.y = 9
    locked.value += 1


def main():
    value, array = mp.RawValue("i", 0), mp.RawArray("i", 2)
    point, locked = mp.RawValue(Point, 0, 0), mp.Value("i", 0)
    worker = mp.Process(target=work, args=(value, array, point, locked))
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
