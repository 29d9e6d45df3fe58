"""Who takes part: processes and their threads, once for the whole run."""

from __future__ import annotations

from dataclasses import dataclass, field

from ipcsim.supervisor.messages import State


@dataclass(slots=True)
class ProcessInfo:
    """A process, as far as the recording has told."""

    process: int
    pid: int
    parent: int | None
    started: int
    """When its parent called start(), else when it was first seen; ns."""
    name: str = ""
    role: str = ""
    """Qualified name of its target; empty for the main process."""
    daemon: bool = False
    is_main: bool = False
    start_method: str = ""
    seen: int = 0
    """When its first record was written, ns."""
    ended: int | None = None
    """When it ended, ns."""
    exit_code: int | None = None
    """Negative: ended by that signal."""
    state: State = State.STARTING
    """The last that the supervisor said."""
    detail: str = ""
    """Last line of the traceback, the signal's name, ..."""
    actors: list[int] = field(default_factory=list)
    """Its threads; the first is the main thread."""

    @property
    def is_server(self) -> bool:
        """Whether it is a manager's process."""
        return self.role.rpartition(".")[2] == "_run_server"

    @property
    def is_pool_worker(self) -> bool:
        """Whether it is a pool's or an executor's: idle until it is given a task."""
        return "PoolWorker" in self.name or self.role.rpartition(".")[2] == "_process_worker"

    @property
    def is_alive(self) -> bool:
        """Whether it had not ended when the recording did (or now)."""
        return self.ended is None


@dataclass(slots=True)
class ActorInfo:
    """A thread of a process."""

    actor: int
    process: int
    thread: int
    name: str

    @property
    def is_feeder(self) -> bool:
        """Whether it is the thread that writes a queue's items to its pipe."""
        return self.name.startswith("QueueFeederThread")
