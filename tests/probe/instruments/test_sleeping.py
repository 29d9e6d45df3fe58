"""time.sleep: recorded for the program's own calls, longer by the time held, itself otherwise."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from ipcsim.events import Kind
from ipcsim.probe import ring
from tests.probe.watching import Watching, run, run_bare

ODD = """
import time, pickle
from time import sleep
for odd in (-1, "x", None, 10**30, float("nan")):
    try: sleep(odd)
    except Exception as error: print(type(error).__name__, error)
sleep(True); sleep(0)
class Short(float): pass
sleep(Short(0.001))
print(pickle.dumps(sleep), sleep is time.sleep, sleep.__name__, sleep.__module__)
sleep(-2)
"""


def test_sleep_is_recorded(tmp_path: Path) -> None:
    watched = run("import time\ntime.sleep(0.02)\nfrom time import sleep\nsleep(0)", tmp_path)
    begun, woken = watched.of(Kind.SLEEP), watched.of(Kind.WOKE)
    assert [(event.arg, event.line) for event in begun] == [(20_000_000, 2), (0, 4)]
    assert woken[0].time - begun[0].time >= 20_000_000


def test_odd_arguments_are_refused_as_bare(tmp_path: Path) -> None:
    watched, bare = run(ODD, tmp_path), run_bare(ODD, tmp_path)
    assert (watched.stdout, watched.stderr, watched.code) == (bare.stdout, bare.stderr, bare.code)


WAITS = {
    "time.sleep(0.3)": "import time",
    "things.get(timeout=0.3)": "from queue import SimpleQueue; things = SimpleQueue()",
    "over.wait(0.3)": "from threading import Event; over = Event()",
    "parcels.get(timeout=0.3)": "from multiprocessing import Queue; parcels = Queue()",
}


@pytest.mark.parametrize("wait", WAITS)
def test_time_held_counts_neither_at_all_nor_twice(tmp_path: Path, wait: str) -> None:
    program = tmp_path / "waits.py"
    program.write_text(
        f"import contextlib\nfrom queue import Empty\n{WAITS[wait]}\nprint('go', flush=True)\n"
        f"with contextlib.suppress(Empty): {wait}\nprint('woke', flush=True)"
    )
    with Watching() as watching:
        command = watching.command(program)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "go\n"
            page = ring.map_file(str(watching.directory / ring.PAGE_NAME), ring.PAGE_SIZE)
            began = time.perf_counter()
            time.sleep(0.1)
            page[ring.PAGE_FLAGS] = ring.PAUSED
            time.sleep(0.5)
            ring.U64.pack_into(page, ring.PAGE_HELD, 500_000_000)
            page[ring.PAGE_FLAGS] = 0
            assert process.stdout.readline() == "woke\n"
            # 0.5 held and 0.3 of its own, which would have ended amid the pause.
            assert 0.75 < time.perf_counter() - began < 0.95
