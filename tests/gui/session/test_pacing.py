"""Late frames take from reading and from the panels, and give back when they are in time."""

from __future__ import annotations

from ipcsim.gui.session.pacing import BEHIND, CATCH_UP_S, LEAST_S, MOST_S, RARELY, Pacing


def frames(pacing: Pacing, count: int, apart: float, start: float = 0.0) -> tuple[int, float]:
    """Begin so many frames; in how many the panels had their turn, and when the last began."""
    turns, now = 0, start
    for _ in range(count):
        now += apart
        pacing.begin(now)
        turns += pacing.panels_due
    return turns, now


def test_in_time_panels_are_drawn_in_every_frame() -> None:
    pacing = Pacing()
    _turns, now = frames(pacing, 120, 0.016)
    turns, _now = frames(pacing, 100, 0.016, now)
    assert turns == 100
    assert pacing.reading(0) == MOST_S


def test_late_frames_leave_the_panels_out_and_read_less() -> None:
    pacing = Pacing()
    _turns, now = frames(pacing, 60, 0.040)
    turns, now = frames(pacing, 20 * RARELY, 0.040, now)
    assert turns == 20
    assert pacing.reading(0) == LEAST_S
    turns, _now = frames(pacing, 200, 0.016, now)
    assert turns > 100


def test_far_behind_something_new_is_worth_a_late_frame() -> None:
    assert Pacing().reading(BEHIND + 1) == CATCH_UP_S > MOST_S


def test_what_is_read_between_frames_counts_for_the_frame_before() -> None:
    pacing = Pacing()
    _turns, now = frames(pacing, 60, 0.016)
    assert not pacing.pressed
    assert pacing.left == MOST_S
    pacing.spend(0.004)
    pacing.spend(MOST_S)
    assert pacing.left < 0
    _turns, now = frames(pacing, 1, 0.016, now)
    assert pacing.left == MOST_S
    frames(pacing, 5, 0.040, now)
    assert pacing.pressed
