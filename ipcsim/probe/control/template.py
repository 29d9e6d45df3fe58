"""A prepared interpreter that forks once for each execution of the program.

The program's file is compiled and the standard library's modules that it names are imported before;
nothing of the program has run. So every execution is a fresh process tree, at the price of a fork.
"""

from __future__ import annotations

import _socket
import gc
import json
import os
import re
import sys
from contextlib import suppress
from importlib import import_module

from ipcsim.probe.control import asking, forking
from ipcsim.probe.control.protocol import FACT, REQUEST
from ipcsim.probe.type_words import Any

_USUAL = "multiprocessing.context multiprocessing.popen_fork traceback linecache"
_LAZY = (
    ("Lock|RLock|Semaphore|Condition|Event|Barrier|Value|Array|Queue", "synchronize"),
    ("Barrier|Value|Array", "heap"),
    ("Value|Array", "sharedctypes"),
    ("Queue|Pipe|Pool|Manager|Listener|Client", "connection"),
    ("Queue", "queues"),
    ("Pool", "pool"),
    ("Manager", "managers"),
)
"""What multiprocessing imports when a name is used for the first time."""
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w., \t]+))", re.M)


def preload(program: str | None) -> None:
    """Import what the program will import of the standard library, and nothing else.

    Each page of memory that a module takes makes every fork dearer, so what the program doesn't
    name is left out; this is a guess, and what it misses is imported in the execution.
    """
    names = _USUAL.split()
    with suppress(OSError, TypeError, UnicodeDecodeError):
        with open(program or "", encoding="utf-8") as file:
            source = file.read()
        for module, several in _IMPORT.findall(source):
            names += [module] if module else [n.split()[0] for n in several.split(",") if n.strip()]
        names += [f"multiprocessing.{name}" for words, name in _LAZY if re.search(words, source)]
    for name in names:
        if name.partition(".")[0] in sys.stdlib_module_names:
            with suppress(ImportError):
                import_module(name)


def serve(address: str, secret: str) -> None:
    """Fork for each request of the controller; returns only in the forked children.

    A request is a line of JSON: the ``output`` and ``errors`` files of the execution, at which
    table bodies are run ``again`` if they are, and pids to ``reap``; the answer is the child's pid.
    The template ends when the controller does.
    """
    forking.prepare()
    gc.collect()
    gc.freeze()
    connection = _connected(address)
    hello = json.dumps({"template": os.getpid(), "secret": secret}).encode()
    connection.sendall(REQUEST.pack(FACT, 0, 0, len(hello), 0, 0, 0, 0) + hello)
    while True:
        line = b""
        while not line.endswith(b"\n"):
            part = connection.recv(1 << 16)
            if not part:
                os._exit(0)
            line += part
        request = json.loads(line)
        for ended in request["reap"]:
            with suppress(ChildProcessError):
                os.waitpid(ended, 0)
        pid = forking.fork()
        if pid == 0:
            connection.close()
            _redirect(request["output"], 1)
            _redirect(request["errors"], 2)
            if request["again"]:
                _run_again(**request["again"])
            return
        connection.sendall(b"%d\n" % pid)


def _run_again(forked: bool, **table: Any) -> None:
    """Bodies of this execution are run more than once, in the same processes or ``forked`` ones."""
    # Not imported before: that would make every other fork dearer.
    if forked:
        from ipcsim.probe.control.bodies import prepare

        asking.reruns = "forked"
    else:
        from ipcsim.probe.control.reruns import prepare

        asking.reruns = "again"
    prepare(table)


def _redirect(path: str, descriptor: int) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(fd, descriptor)
    os.close(fd)


def _connected(address: str) -> _socket.socket:
    made = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    made.connect(address)
    return made
