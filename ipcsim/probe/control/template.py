"""A prepared interpreter that forks once for each execution of the program.

The program's file is compiled and the standard library's modules that it names are imported before;
nothing of the program has run. So every execution is a fresh process tree, at the price of a fork.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import socket
import sys
from contextlib import suppress
from importlib import import_module

from ipcsim.probe.control.protocol import FACT, REQUEST

_USUAL = (
    "multiprocessing.context",
    "multiprocessing.popen_fork",
    "multiprocessing.synchronize",
    "multiprocessing.sharedctypes",
    "multiprocessing.queues",
    "multiprocessing.connection",
    "traceback",
    "linecache",
)


def preload(source: bytes) -> None:
    """Import what the program will import of the standard library."""
    names = list(_USUAL)
    with suppress(SyntaxError, ValueError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
    for name in names:
        if name.partition(".")[0] in sys.stdlib_module_names:
            with suppress(ImportError):
                import_module(name)


def serve(address: str, secret: str) -> int:
    """Fork for each request of the controller; returns only in the forked children.

    A request is a line of JSON with the number of the execution and the ``output`` and ``errors``
    files; the answer is the child's pid. Returns the number. The template ends when the controller
    does.
    """
    gc.collect()
    gc.freeze()
    connection = _connected(address)
    hello = json.dumps({"template": os.getpid(), "secret": secret}).encode()
    connection.sendall(REQUEST.pack(FACT, 0, 0, len(hello), 0, 0, 0, 0) + hello)
    lines = connection.makefile("r", encoding="utf-8")
    while True:
        line = lines.readline()
        if not line:
            os._exit(0)
        request = json.loads(line)
        if "reap" in request:
            with suppress(ChildProcessError):
                os.waitpid(request["reap"], 0)
            continue
        pid = os.fork()
        if pid == 0:
            lines.detach()
            connection.close()
            _redirect(request["output"], 1)
            _redirect(request["errors"], 2)
            return int(request["run"])
        connection.sendall(json.dumps({"pid": pid}).encode() + b"\n")


def _redirect(path: str, descriptor: int) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(fd, descriptor)
    os.close(fd)


def _connected(address: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.connect(address)
    return made
