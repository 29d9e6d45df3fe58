"""Runs that have travelled are what they were, and share what they have in common."""

from __future__ import annotations

import pickle

import pytest

from ipcsim.explore import packing
from ipcsim.explore.dpor import Dpor
from ipcsim.explore.packing import Packer, Unpacker
from ipcsim.explore.plan import Run, carry_out
from tests.explore.model import Model
from tests.explore.programs import increments, philosophers, two_locks


def runs(model: Model) -> list[Run]:
    """Some runs, of which many have much in common; some end in a deadlock."""
    strategy, found = Dpor(), list[Run]()
    while (plan := strategy.next(len(found))) is not None:
        run = carry_out(model, plan, 1000)
        found.append(run)
        strategy.learn(run)
    return found


def sent(run: Run, packer: Packer, unpacker: Unpacker) -> Run:
    """Through a pipe."""
    return unpacker.unpack(pickle.loads(pickle.dumps(packer.pack(run))))


@pytest.mark.parametrize("model", [increments(3), two_locks(), philosophers(3)])
@pytest.mark.parametrize("most", [50_000, 20])
def test_they_are_what_they_were(model: Model, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_MOST", most)
    packer, unpacker = Packer(), Unpacker()
    whole = runs(model)
    assert len(whole) > 1
    for run in whole:
        again = sent(run, packer, unpacker)
        assert again.execution == run.execution
        assert again.pending == run.pending
        assert (again.plan.choices, again.cut) == (run.plan.choices, run.cut)
        assert again.causality.fingerprint() == run.causality.fingerprint()


def test_what_is_known_is_the_same_object() -> None:
    run = runs(increments(2))[0]
    packer, unpacker = Packer(), Unpacker()
    first, second = (sent(run, packer, unpacker) for _ in range(2))
    assert all(map(lambda a, b: a is b, first.execution.steps, second.execution.steps))
    assert packer.pack(run).new == []
    assert Packer().pack(run).new
