"""Every lesson, run: the broken programs' flaws are found by name, and no fixed one is alarmed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from ipcsim.analysis import findings
from ipcsim.run.report import report
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.supervisor.messages import Ended
from tests.lessons.catalogue import Variant, load_all

AT_A_TIME = 2
VARIANTS = [
    variant
    for lesson in load_all()
    for variant in lesson.variants
    if variant.verdict == "clean" or not lesson.needs_step
]

KINDS = {
    "lost_update": {"lost_update", "data_race"},
    "inconsistent": {"inconsistent"},
    "interleaved": {"interleaved"},
    "deadlock": {"deadlock"},
    "hang": {"blocked", "deadlock"},
    "orphaned_lock": {"orphaned_lock"},
    "starvation": {"starvation"},
    "serialised": {"serialised", "convoy"},
    "exception": {"exception"},
}
"""What a verdict is called among the findings; where it says too little, the lesson says which."""

EXACT = {
    "bounded_queue/broken": {"exception"},
    "broken_barrier/broken": {"barrier_short"},
    "convoy/broken": {"convoy"},
    "empty_is_a_guess/broken": {"empty_is_a_guess"},
    "futures/broken": {"serialised"},
    "get_nowait_after_put/broken": {"empty_is_a_guess"},
    "if_or_while/broken": {"wait_without_while"},
    "join_in_the_loop/broken": {"serialised"},
    "joinable_queue/broken": {"never_acknowledged"},
    "lost_return_value/broken": {"lost_return_value"},
    "lost_wakeup/broken": {"lost_wakeup"},
    "missing_parentheses/broken": {"missing_parentheses"},
    "nested_list/broken": {"changed_copy"},
    "own_server/broken": {"data_race"},
    "phases/broken": {"data_race"},
    "phases/wrong_count": {"barrier_short"},
    "plain_global/broken": {"plain_global"},
    "seat_booking/broken": {"check_then_act"},
    "starting_gun/broken": {"lost_wakeup"},
    "status_board/broken": {"never_received"},
    "straggler/broken": {"serialised"},
    "thread_queues/lifo": {"never_received"},
    "throttle/broken": {"over_release"},
    "two_locks/timeout": {"lock_order"},
    "unheard_error/broken": {"unheard_error"},
}


@pytest.fixture(scope="module")
def reports() -> Iterator[dict[str, Future[Any]]]:
    """All runs, begun at the first question; two at a time, since most of them only wait."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {variant.label: pool.submit(_report, variant) for variant in VARIANTS}
        pool.shutdown(cancel_futures=True)


def _report(variant: Variant, patience: float = 1.5) -> Any:
    timeout = patience if variant.check.hangs else 20
    with Session(RunSpec(program=variant.path, timeout=timeout, lesson=variant.label)) as session:
        ended = None
        while ended is None:
            session.wait(0.1)
            ended = next((m for m in session.poll() if isinstance(m, Ended)), None)
        return report(session.trace, findings(session.trace), ended)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.label)
def test_the_lesson_is_judged_as_it_is(variant: Variant, reports: dict[str, Future[Any]]) -> None:
    content = reports[variant.label].result()
    if variant.verdict != "clean" and not content["findings"]:
        # On a busy machine it may not have come so far, and a flaw may hide once in twenty.
        content = _report(variant, 5)
    found = content["findings"]
    if variant.verdict == "clean":
        assert [one["sentence"] for one in found if one["severity"] == "wrong"] == []
        return
    wanted = EXACT.get(variant.label) or KINDS[variant.verdict]
    named = [one for one in found if one["kind"] in wanted]
    assert named, [one["sentence"] for one in found]
    first = named[0]
    assert first["explanation"]
    assert first["remedy"] or variant.verdict in ("exception", "hang")
    assert first["fixed"] or variant.label == "orphaned_lock/fixed", "how the fixed one differs"
    assert 0 <= first["time_s"] <= content["duration_s"] + 1
    assert first["moments_s"] == sorted(first["moments_s"])


def test_every_verdict_has_a_name() -> None:
    flawed = [variant for variant in VARIANTS if variant.verdict != "clean"]
    assert len(flawed) > 30
    assert {v.label for v in flawed if v.label not in EXACT and v.verdict not in KINDS} == set()
    assert EXACT.keys() <= {variant.label for variant in flawed}
