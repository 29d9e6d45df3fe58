"""os.fork without multiprocessing, with pipes of the operating system and an os.waitpid."""

import os
import sys
import time

if __name__ == "__main__":
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, b"from the child")
        time.sleep(0.01)
        os._exit(7)
    os.close(writer)
    print(os.read(reader, 100))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    pid = os.fork()
    if pid == 0:
        sys.exit("the child leaves by SystemExit")
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    pid = os.fork()
    if pid == 0:
        raise ValueError("the child's own")
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    try:
        os.kill(pid, 15)
    except ProcessLookupError as error:
        print(error)
