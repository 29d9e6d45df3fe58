"""How fast a person may have a run played, and how that is said."""

from __future__ import annotations

from math import log

from ipcsim.gui.panels.player.playback import Manner, Player
from ipcsim.language import _, grouped

BEATS = (3.0, 2.0, 1.5, 1.0, 0.75, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02)
"""Seconds an event, from slow to fast."""
SPEEDS = (
    *(1 / (factor * 10**power) for power in (5, 4, 3, 2, 1) for factor in (5, 2, 1)),
    *(0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0),
)
"""Run time for each unit of real time, from slow to fast."""
WHOLE_S = 20.0
"""So long the whole run may take in proportion, as long as nobody has said otherwise."""


def ladder(manner: Manner) -> tuple[float, ...]:
    """The paces of a manner, from slow to fast."""
    return BEATS if manner is Manner.BEAT else SPEEDS


def place(player: Player) -> int:
    """Which of its ladder's paces is nearest to the player's own."""
    own = player.beat if player.manner is Manner.BEAT else player.speed
    paces = ladder(player.manner)
    return min(range(len(paces)), key=lambda n: abs(log(paces[n] / own)))


def choose(player: Player, number: int) -> None:
    """Take a pace of the ladder; beyond its ends the last one."""
    paces = ladder(player.manner)
    pace = paces[min(max(number, 0), len(paces) - 1)]
    if player.manner is Manner.BEAT:
        player.set_beat(pace)
    else:
        player.set_speed(pace)


def change(player: Player, by: int) -> None:
    """Slower (1) or faster (−1)."""
    choose(player, place(player) - by)


def fit(player: Player, extent: int) -> None:
    """Choose the pace in proportion so that a run of ``extent`` ns can be waited for."""
    wanted = max(extent, 1) / 1e9 / WHOLE_S
    player.set_speed(min(SPEEDS, key=lambda speed: abs(log(speed / wanted))))


def sentence(player: Player) -> str:
    """The pace in words."""
    if player.manner is Manner.BEAT:
        return _("{seconds:g} s an event").format(seconds=player.beat)
    speed = player.speed
    if speed < 0.999:
        times = grouped(1 / speed)
        return _("{times}× slower").format(times=times)
    if speed > 1.001:
        return _("{times}× faster").format(times=f"{speed:.0f}")
    return _("as fast as it was")
