"""What the table of turns and the tree show, without a window."""

from __future__ import annotations

from ipcsim.control.steps import Choice
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.step.table.rows import Column, Content, Row, content, fitting
from ipcsim.gui.step.table.tree import arranged
from ipcsim.run.policies import RandomWalk, RoundRobin
from ipcsim.run.step_words import short_names, with_short_names
from ipcsim.run.turns import Tried, Turn
from tests.run.stepped import polled, stepped
from tests.run.test_stepping_files import FILES, rows_of


def column(number: int) -> Column:
    name = f"worker-{number}"
    return Column(f"main/{name}", Identity(number, str(number), 1, name, ""), name, False)


def test_of_many_columns_those_that_moved_last_have_room() -> None:
    columns = tuple(column(n) for n in range(12))
    rows = tuple(Row(n, at, "", ()) for n, at in enumerate((3, 11, 7), 1))
    shown = fitting(Content(columns, (), rows), 4)
    assert [one.name for one in shown.columns] == ["worker-0", "worker-3", "worker-7", "worker-11"]
    assert [row.column for row in shown.rows] == [1, 3, 2]
    assert shown.hidden == 8
    whole = Content(columns, (), rows)
    assert fitting(whole, 12) is whole


def grown(node: Tried, *actors: str) -> Tried:
    for actor in actors:
        node = node.child(Turn(0, 1, actor, ""), (Choice(actor),))
    return node


def test_a_branch_that_is_tried_again_is_the_same() -> None:
    root = Tried()
    first = grown(root, "a", "b")
    assert grown(root, "a", "b") is first
    assert [node.turn.actor for node in first.path() if node.turn] == ["a", "b"]


def test_each_branch_has_a_row_of_its_own() -> None:
    root = Tried()
    grown(root, "a", "b", "c")
    fork = grown(root, "a")
    grown(fork, "c", "b")
    grown(root, "b")
    dots = arranged(root)
    assert len({(dot.column, dot.row) for dot in dots}) == len(dots) == 7
    assert max(dot.row for dot in dots) == 2
    assert all(dot.parent is not None for dot in dots[1:])


def test_names_on_screen_are_short_where_they_are_ones_own() -> None:
    names = short_names(["main", "main/worker-1", "main/worker-10", "main/a/x", "main/b/x"])
    assert names["main/worker-10"] == "worker-10"
    assert names["main/a/x"] == "main/a/x"
    text = "held by main/worker-1, not main/worker-10 or main"
    assert with_short_names(text, names) == "held by worker-1, not worker-10 or main"


def test_the_scheduler_by_chance_and_in_turn() -> None:
    chosen = [RandomWalk(7).choose(["a", "b", "c"], "") for _ in range(3)]
    assert len(set(chosen)) == 1
    turns = RoundRobin()
    order = [turns.choose(["a", "b", "c"], last) for last in ("", "a", "b", "c")]
    assert order == ["a", "b", "c", "a"]
    assert turns.choose(["a", "c"], "a") == "c"


def test_a_row_says_what_was_read() -> None:
    with stepped(FILES, kind="replaced") as stepping:
        stepping.run(lambda: False)
        polled(stepping)
        polled(stepping, lambda: len(rows_of(stepping, "worker-1")) > 4)
        trace = stepping.seat.session.trace
        who = {one.process: Identity(one.process, "", 1, one.name, "") for one in trace.processes}
        texts = [row.text for row in content(stepping, trace, who).rows]
    assert "read 'counter.txt' → '0'" in texts
