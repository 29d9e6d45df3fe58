"""What follows the search: failures are confirmed on fresh processes, the shortest is minimised."""

from __future__ import annotations

from dataclasses import dataclass, field

from ipcsim.control.executor import ControlError
from ipcsim.control.following import Following
from ipcsim.control.schedule import Schedule, turns_of
from ipcsim.control.steps import Execution
from ipcsim.explore.explorer import Exploration
from ipcsim.explore.minimise import Minimised, minimise
from ipcsim.explore.outcomes import Kind, Tally
from ipcsim.explore.settings import Make

_MOST_CONFIRMED = 8


@dataclass
class Finished:
    """An exploration whose failures have been looked at again."""

    state: Exploration
    confirmed: list[Kind] = field(default_factory=list)
    """Failures that came again on freshly started processes, the shortest first."""
    unconfirmed: list[Kind] = field(default_factory=list)
    minimised: Minimised | None = None


def finish(state: Exploration, make: Make, fresh: Make) -> Finished:
    """Confirm the failures of an exploration, and minimise the shortest.

    Args:
        make: makes executors that leave every step to the schedule.
        fresh: makes executors each of whose runs is a new interpreter.

    Raises:
        ControlError: control was lost.
    """
    finished = Finished(state)
    for kind in state.tally.failures()[:_MOST_CONFIRMED]:
        again = came_again(fresh, kind.shortest, kind.key, state.tally, state.settings.steps)
        (finished.confirmed if again else finished.unconfirmed).append(kind)
    if finished.confirmed:
        finished.minimised = _shortest(finished.confirmed[0], state, make, fresh)
    return finished


def _shortest(kind: Kind, state: Exploration, make: Make, fresh: Make) -> Minimised:
    tally, limit = state.tally, state.settings.steps
    found = Minimised(kind.shortest, 0)
    if not state.settings.minimise:
        return found
    with make(None) as executor:
        shorter = minimise(executor, kind.shortest, lambda e: tally.key_of(e) == kind.key, limit)
    # What was found on processes forked from one template has to hold on others.
    return shorter if came_again(fresh, shorter.execution, kind.key, tally, limit) else found


def came_again(fresh: Make, execution: Execution, key: str, tally: Tally, limit: int) -> bool:
    """Whether an execution has the same outcome once more, on freshly started processes."""
    following = Following(Schedule("", turns_of(execution.steps)))
    try:
        with fresh(None) as executor:
            again = executor.run(following.decide, limit)
    except ControlError:
        return False
    return not following.departed and tally.key_of(again) == key
