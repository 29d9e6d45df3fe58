"""Pools, executors and managers at a moment: who works inside, on what; what waits."""

from __future__ import annotations

from ipcsim.events import Kind, ObjectKind
from ipcsim.trace.kept import kept_at
from ipcsim.trace.moment import MemoryAt, ServiceAt
from ipcsim.trace.operations import operations
from ipcsim.trace.standing import Standing

_WINDOW = 512
_MOST_LABELS = 24
_JOB = 0xFFFFFFFF


def service_at(now: Standing, obj: int) -> ServiceAt:
    """The pool, executor or manager ``obj`` at the moment ``now``."""
    if now.trace.registry.all[obj].kind == ObjectKind.MANAGER:
        return _manager(now, obj)
    store = now.store
    begun, ended = store.of(obj, Kind.TASK_BEGIN), store.of(obj, Kind.TASK_END)
    n, m = now.until(begun), now.until(ended)
    submitted = store.of(obj, Kind.SUBMIT)
    handed = now.trace.raw.args(now.trace.rows(submitted[: now.until(submitted)]))
    jobs = dict(zip((handed & _JOB).tolist(), (handed >> 32).tolist(), strict=True))
    latest: dict[int, int] = {}
    for ordinal in [*begun[max(0, n - _WINDOW) : n].tolist(), *ended[max(0, m - _WINDOW) : m]]:
        actor = int(store.actor.view[ordinal])
        latest[actor] = max(latest.get(actor, -1), int(ordinal))
    busy = []
    for actor, ordinal in sorted(latest.items()):
        if store.kind.view[ordinal] == Kind.TASK_BEGIN and not now.over[now.process(actor)]:
            task = now.trace.raw.arg(int(store.where.view[ordinal]))
            busy.append((now.process(actor), task_label(task >> 32, task & _JOB, jobs)))
    waiting = max(0, sum(jobs.values()) - n)
    return ServiceAt(
        obj,
        _workers(now, obj, set(latest)),
        waiting=_waiting(jobs, n, min(waiting, _MOST_LABELS)),
        waiting_count=waiting,
        busy=tuple(busy),
        done_count=m,
    )


def task_label(task: int, job: int, jobs: dict[int, int]) -> str:
    """A short name for a task: its number in its job, with the job's where there are several.

    Of a job of 0 tasks it isn't known how many it has: imap() takes them as they come.
    """
    if jobs.get(job, 1) == 1:
        return f"#{job}"
    return f"#{task}" if len(jobs) <= 1 else f"#{job}.{task}"


def _waiting(jobs: dict[int, int], begun: int, most: int) -> tuple[str, ...]:
    """Labels of the next tasks, which are begun in the order in which they were handed in."""
    found: list[str] = []
    for job, tasks in jobs.items():
        for task in range(min(begun, tasks), tasks):
            if len(found) == most:
                return tuple(found)
            found.append(task_label(task, job, jobs))
        begun -= min(begun, tasks)
    return tuple(found)


def _workers(now: Standing, obj: int, seen: set[int]) -> tuple[int, ...]:
    facts = now.trace.registry.all[obj]
    members = {now.process(actor) for actor in seen} | facts.workers
    others = set[int]().union(*(o.workers for o in now.trace.registry.all if o.object != obj))
    for pid in facts.words("pids").replace(",", " ").split():
        process = now.trace.process_of_pid(int(pid)) if pid.isdigit() else None
        members |= set() if process is None else {process}
    for info in now.trace.processes:
        mine = facts.created_by is None or info.parent == facts.created_by
        if info.started <= now.t and mine and not members.issuperset({info.process}):
            ours = "PoolWorker" in info.name if facts.kind == ObjectKind.POOL else (
                info.role.rpartition(".")[2] == "_process_worker"
            )  # fmt: skip
            if ours and info.started >= facts.time and info.process not in others:
                members.add(info.process)
    return tuple(sorted(p for p in members if now.trace.processes[p].started <= now.t))


def proxies_of(now: Standing, obj: int) -> list[int]:
    """Proxies of objects that a manager keeps."""
    key = now.trace.registry.all[obj].key
    address = key.partition(":")[2]
    found = []
    for facts in now.trace.registry.all:
        if facts.kind == ObjectKind.PROXY and (
            facts.owner == obj or (address and facts.key.startswith(f"proxy:{address}:"))
        ):
            found.append(facts.object)
    return found


def _manager(now: Standing, obj: int) -> ServiceAt:
    store = now.store
    proxies = proxies_of(now, obj)
    members: set[int] = set()
    contents: list[tuple[str, str]] = []
    served = 0
    pid = now.trace.registry.all[obj].number("pid")
    if pid is not None:
        server = now.trace.process_of_pid(pid)
        members |= set() if server is None else {server}
    for proxy in proxies:
        serves = store.of(proxy, Kind.SERVE)
        n = now.until(serves)
        served += n
        if n:
            members.add(now.process(int(store.actor.view[int(serves[n - 1])])))
        held = kept_at(now, proxy) or _last_call(now, proxy)
        contents.append((now.trace.objects[proxy].name, held))
    if not members:
        creator = now.trace.registry.all[obj].created_by
        for info in now.trace.processes:
            if "Manager" in info.name and info.parent == creator and info.started <= now.t:
                members.add(info.process)
    return ServiceAt(obj, tuple(sorted(members)), done_count=served, contents=tuple(contents))


def _last_call(now: Standing, proxy: int) -> str:
    calls = now.store.of(proxy, Kind.CALL)
    n = now.until(calls)
    return operations(now.trace).label(int(now.trace.rows(calls[n - 1 : n])[0])) if n else ""


def memory_at(now: Standing, obj: int) -> MemoryAt:
    """The block of shared memory ``obj`` at the moment ``now``."""
    facts, store = now.trace.registry.all[obj], now.store
    attached: dict[int, int] = {}
    changes = store.of(obj, Kind.ATTACH, Kind.DETACH)
    for ordinal in changes[: now.until(changes)][-_WINDOW:].tolist():
        process = now.process(int(store.actor.view[ordinal]))
        change = 1 if store.kind.view[ordinal] == Kind.ATTACH else -1
        attached[process] = max(0, attached.get(process, 0) + change)
    size = facts.number("size") or 0
    opened = store.of(obj, Kind.ATTACH)
    if not size and now.until(opened):
        size = now.trace.raw.arg(int(now.trace.rows(opened[:1])[0]))
    return MemoryAt(
        obj,
        facts.words("name") or facts.key,
        size,
        tuple(sorted(p for p, count in attached.items() if count and not now.over[p])),
        unlinked=now.until(store.of(obj, Kind.UNLINK)) > 0,
    )
