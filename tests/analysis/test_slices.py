"""Slices of an Array: each of their elements is read or written, and judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.analysis import Finding, findings
from ipcsim.trace import slices
from ipcsim.trace.counts import counts

from .running import run_text

SLICES = """
    import multiprocessing as mp

    def work(a, n, meet, lock):
        with lock:
            {work}

    if __name__ == "__main__":
        a, meet, lock = mp.Array("i", 12), mp.Barrier(2), {lock}
        team = [mp.Process(target=work, args=(a, n, meet, lock)) for n in range(2)]
        for one in team:
            one.start()
        for one in team:
            one.join()
        print(a[:])
"""
OPEN = "mp.Semaphore(2)"
UPDATE = "old = a[{0}]; meet.wait(); a[{0}] = [one + 1 for one in old]"

BOTH = """meet.wait()
            if n:
                a[5] += 1
            else:
                a[4:6] = [7, 7]"""


def found(folder: Path, work: str, lock: str = OPEN) -> list[Finding]:
    return findings(run_text(SLICES.format(work=work, lock=lock), folder))


def test_an_update_by_slices_is_lost(tmp_path: Path) -> None:
    lost = found(tmp_path, UPDATE.format("2:4"))
    assert [one.kind for one in lost] == ["lost_update"] * 2
    assert [one.sentence.partition(":")[0] for one in lost] == [
        "1 update of a[2] was lost",
        "1 update of a[3] was lost",
    ]


def test_many_elements_are_one_finding(tmp_path: Path) -> None:
    (one,) = found(tmp_path, UPDATE.format(":"))
    assert one.kind == "lost_update"
    assert one.sentence.endswith("The same goes for 11 more elements.")


def test_a_slice_and_an_element_are_a_race(tmp_path: Path) -> None:
    (one,) = found(tmp_path, BOTH)
    assert one.kind in ("data_race", "lost_update")
    assert "a[5]" in one.sentence
    (one,) = found(tmp_path, "meet.wait(); a[4:6] = [n, n]")
    assert (one.kind, one.severity) == ("data_race", "notice")


@pytest.mark.parametrize(
    ("work", "lock"),
    [
        ("a[n * 6 : n * 6 + 6] = [one + 1 for one in a[n * 6 : n * 6 + 6]]", OPEN),
        ("a[n::2] = [one + 1 for one in a[n::2]]", OPEN),
        ("a[10 + n :: -2] = [one + 1 for one in a[10 + n :: -2]]", OPEN),
        ("a[8:2] = a[2:2]", OPEN),
        ("a[:] = [one + 1 for one in a[:]]", "mp.Lock()"),
    ],
)
def test_parts_that_do_not_overlap_and_locks(work: str, lock: str, tmp_path: Path) -> None:
    assert found(tmp_path, work, lock) == []


def test_too_many_are_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "MOST_OPENED", 30)
    kinds = {one.kind for one in found(tmp_path, UPDATE.format(":"))}
    assert "not_known" in kinds


@pytest.mark.parametrize("part", ["9_000", "5_000:9_000"])
def test_far_elements_are_not_known(part: str, tmp_path: Path) -> None:
    """A race on elements that aren't followed is none that isn't there."""
    many = SLICES.replace('"i", 12', '"i", 10_000').replace("print(a[:])", "print(a[:9_500])")
    update = UPDATE.replace("[one + 1 for one in old]", "old").format(part)
    trace = run_text(many.format(work=update, lock=OPEN), tmp_path)
    (one,) = findings(trace)
    assert (one.kind, one.severity, one.objects) == ("not_known", "notice", (0,))
    assert one.sentence.startswith("5 accesses to a were not looked at element by element")
    assert "lost_updates" not in counts(trace, 0)
    # Under a lock nothing can be wrong, however many there are.
    trace = run_text(many.format(work=f"a[{part}] = a[{part}]", lock="mp.Lock()"), tmp_path)
    assert findings(trace) == []
