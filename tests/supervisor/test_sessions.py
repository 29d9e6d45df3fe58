"""What ipcsim makes for a run of its own."""

from __future__ import annotations

import multiprocessing.process
import threading
from pathlib import Path
from typing import Any, cast

from ipcsim.supervisor.cleanup import own_prefix
from ipcsim.supervisor.sessions import new_queue

SOON_S = 0.5


def test_runs_that_start_at_once_name_their_semaphores_each_by_its_own_name() -> None:
    config = multiprocessing.process.current_process()._config  # type: ignore[attr-defined]
    before = config["semprefix"]
    inside, left = threading.Event(), threading.Event()
    seen: dict[str, str] = {}

    class First:
        def Queue(self) -> str:
            # Without a lock the other one comes in now, and leaves after us.
            inside.wait(SOON_S)
            return str(config["semprefix"])

    class Second:
        def Queue(self) -> str:
            inside.set()
            left.wait(SOON_S)
            return str(config["semprefix"])

    def make(name: str, context: object) -> None:
        seen[name] = new_queue(Path(f"run-1-{name}"), cast("Any", context))

    one = threading.Thread(target=make, args=("one", First()))
    one.start()
    other = threading.Thread(target=make, args=("other", Second()))
    other.start()
    one.join()
    left.set()
    other.join()
    assert seen == {name: f"/{own_prefix(Path(f'run-1-{name}'))}" for name in ("one", "other")}
    assert config["semprefix"] == before
