"""Which column a process stands in: messages flow from left to right, sources first."""

from __future__ import annotations

from collections import defaultdict

from ipcsim.gui.stage.structure import Structure
from ipcsim.gui.stage.usage import Way


def layers(structure: Structure) -> dict[int, int]:
    """The column of each process that sends or receives messages; others are left out.

    A process stands right of all whose messages it gets; where messages go round, the link that
    leads back is ignored; the walk begins at the main process, so what returns to it does.
    """
    follows = followers(structure)
    nodes = sorted(set(follows) | {n for after in follows.values() for n in after})
    mains = {m.process for m in structure.members if m.is_main}
    forward = _without_cycles(follows, sorted(nodes, key=lambda n: (n not in mains, n)))
    layer: dict[int, int] = {}

    def depth(node: int) -> int:
        if node not in layer:
            before = [b for b, after in forward.items() if node in after]
            layer[node] = 1 + max((depth(b) for b in before), default=-1)
        return layer[node]

    for node in nodes:
        depth(node)
    return layer


def followers(structure: Structure) -> dict[int, set[int]]:
    """Who gets messages from whom, by process (processes in frames left out)."""
    carries = {t.object for t in structure.things if t.shape.carries}
    shown = {m.process for m in structure.members} - structure.framed
    senders: dict[int, set[int]] = defaultdict(set)
    receivers: dict[int, set[int]] = defaultdict(set)
    for link in structure.links:
        if link.object in carries and link.process in shown:
            (senders if link.way is Way.INTO else receivers)[link.object].add(link.process)
    follows: dict[int, set[int]] = defaultdict(set)
    for tube, sending in senders.items():
        for sender in sending:
            follows[sender] |= receivers[tube] - {sender}
    for receiving in receivers.values():
        for receiver in receiving:
            follows.setdefault(receiver, set())
    return dict(follows)


def ring(structure: Structure) -> list[int] | None:
    """The processes of a ring in their order: each gets from one and sends to one, all in one
    circle of at least three; None if it is something else."""
    follows = followers(structure)
    mains = {m.process for m in structure.members if m.is_main}
    inner = {p: after - mains for p, after in follows.items() if p not in mains}
    if len(inner) < 3 or any(len(after) != 1 for after in inner.values()):
        return None
    order = [min(inner)]
    while len(order) < len(inner):
        (after,) = inner[order[-1]]
        if after in order or after not in inner:
            return None
        order.append(after)
    return order if inner[order[-1]] == {order[0]} else None


def _without_cycles(follows: dict[int, set[int]], order: list[int]) -> dict[int, set[int]]:
    """The same graph without the links that close a circle, walking depth first in ``order``."""
    forward: dict[int, set[int]] = {node: set() for node in order}
    done: set[int] = set()
    path: list[int] = []
    for start in order:
        stack = [(start, iter(sorted(follows.get(start, ()))))] if start not in done else []
        if stack:
            path.append(start)
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                done.add(node)
            elif following not in path:
                forward[node].add(following)
                if following not in done:
                    path.append(following)
                    stack.append((following, iter(sorted(follows.get(following, ())))))
    return forward
