"""The one axis of time that all panels share: what is visible, and where the cursor stands.

Times are nanoseconds on the machine's clock. The axis knows nothing of widgets: the timeline, the
tables, the stage and the player all read it and move it, and it says when it has changed.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ipcsim.gui.panels.time_text import EXACT, FLOWING, moment

NARROWEST = 200
"""ns: no two stamps are nearer than what a clock read takes."""


class TimeAxis(QObject):
    """Visible range, cursor, marks, and whether they go along with a growing run."""

    view_changed = Signal()
    """The visible range, or the extent of the run."""
    cursor_changed = Signal()
    marks_changed = Signal()
    follow_changed = Signal()

    def __init__(self, begin: int = 0, end: int = 0) -> None:
        super().__init__()
        self._begin, self._end = begin, max(begin, end)
        self._t0, self._t1 = self._begin, self._end
        self._cursor = self._end
        self._marks: tuple[int, ...] = ()
        self._following = True
        self._whole = True
        self._flowing: int | None = None

    @property
    def begin(self) -> int:
        """When the run began."""
        return self._begin

    @property
    def end(self) -> int:
        """The last moment known of the run."""
        return self._end

    @property
    def t0(self) -> int:
        """Left end of what is visible."""
        return self._t0

    @property
    def t1(self) -> int:
        """Right end of what is visible; always above ``t0``."""
        return max(self._t1, self._t0 + NARROWEST)

    @property
    def width(self) -> int:
        """How many ns are visible."""
        return self.t1 - self._t0

    @property
    def cursor(self) -> int:
        """The moment that every view shows."""
        return self._cursor

    @property
    def following(self) -> bool:
        """Whether the cursor stays at the end of the run, live."""
        return self._following

    @property
    def whole(self) -> bool:
        """Whether all of the run is visible, and will be when it grows."""
        return self._whole

    @property
    def marks(self) -> tuple[int, ...]:
        """None, one or two marks, the earlier first."""
        return self._marks

    @property
    def selection(self) -> tuple[int, int] | None:
        """From mark to mark, if there are two at different moments."""
        if len(self._marks) == 2 and self._marks[0] < self._marks[1]:
            return self._marks[0], self._marks[1]
        return None

    def reset(self, begin: int, end: int) -> None:
        """A new run: everything visible, following, no marks."""
        self._begin, self._end = begin, max(begin, end)
        self._whole = True
        self._flowing = None
        self._t0, self._t1 = self._begin, self._end
        self._cursor = self._end
        had_marks, self._marks = bool(self._marks), ()
        followed, self._following = self._following, True
        self.view_changed.emit()
        self.cursor_changed.emit()
        if had_marks:
            self.marks_changed.emit()
        if not followed:
            self.follow_changed.emit()

    def grow(self, begin: int, end: int) -> None:
        """The run now extends from ``begin`` to ``end``."""
        end = max(begin, end)
        if (begin, end) == (self._begin, self._end):
            return
        self._begin, self._end = begin, end
        if self._whole:
            self._t0, self._t1 = begin, end
        elif self._following:
            self._t0, self._t1 = end - self.width, end
        self.view_changed.emit()
        if self._following and self._cursor != end:
            self._cursor = end
            self.cursor_changed.emit()

    def follow(self, on: bool = True) -> None:
        """Go back to the end of the run and stay there; or stay where the cursor is."""
        changed, self._following = on != self._following, on
        if on:
            self._move_cursor(self._end)
            if not self._whole:
                self._set_view(self._end - self.width, self._end)
        if changed:
            self.follow_changed.emit()

    def set_cursor(self, time: int, reveal: bool = True) -> None:
        """Show another moment; ends following.

        Args:
            time: held within the run.
            reveal: pan so far that the moment is visible.
        """
        self.follow(False)
        time = min(max(time, self._begin), self._end)
        self._move_cursor(time)
        if reveal and not self._t0 <= time <= self.t1:
            # A quarter of what comes next stays in sight whichever way one walks.
            inset = self.width // 4
            left = time - inset if time > self.t1 else time - self.width + inset
            self._show(left, left + self.width)

    def show(self, t0: int, t1: int) -> None:
        """Make a range visible."""
        self.follow(False)
        self._show(t0, t1)

    def pan(self, delta: int) -> None:
        """Move what is visible by ``delta`` ns, at most to the ends of the run."""
        if self._whole or not delta:
            return
        self.show(self._t0 + delta, self.t1 + delta)

    def zoom(self, factor: float, around: int | None = None) -> None:
        """Magnify.

        Args:
            factor: above 1 shows less time.
            around: the moment that keeps its place; the cursor by default, or the middle if the
                cursor isn't visible.
        """
        if around is None:
            visible = self._t0 <= self._cursor <= self.t1
            around = self._cursor if visible else (self._t0 + self.t1) // 2
        width = max(NARROWEST, round(self.width / factor))
        share = (around - self._t0) / self.width
        t0 = around - round(share * width)
        if self._following and width < self._end - self._begin:
            # Live, the right end stays the present.
            self._whole = False
            self._set_view(self._end - width, self._end)
        else:
            self._show(t0, t0 + width)

    def fit(self) -> None:
        """Make the whole run visible."""
        self._whole = True
        self._set_view(self._begin, self._end)

    def mark(self, time: int | None = None) -> None:
        """Set a mark (at the cursor by default); a third one begins anew."""
        time = self._cursor if time is None else min(max(time, self._begin), self._end)
        self.set_marks(*((time,) if len(self._marks) >= 2 else (*self._marks, time)))

    def set_marks(self, *times: int) -> None:
        """Set all marks at once, at most two; none removes them."""
        marks = tuple(sorted(times[:2]))
        if marks != self._marks:
            self._marks = marks
            self.marks_changed.emit()

    def at(self, share: float) -> int:
        """The moment at a share of the visible width, 0 to 1."""
        return self._t0 + round(share * self.width)

    def share(self, time: int) -> float:
        """Where a moment lies in the visible width: 0 left, 1 right; outside beyond."""
        return (time - self._t0) / self.width

    def flow(self, shown: int | None) -> None:
        """Say what moment is on show while the run goes on at full speed; None if it doesn't.

        What is recorded lags a little behind it, and the cursor with that: it is told as the same.
        """
        before, self._flowing = self.text(self._cursor), shown
        if self.text(self._cursor) != before:
            self.cursor_changed.emit()

    def text(self, time: int) -> str:
        """A moment as whatever shows one writes it; zoomed in, as fine as what is visible."""
        if self._flowing is not None:
            return moment((self._flowing if time == self._cursor else time) - self._begin, FLOWING)
        finest = EXACT if self._whole else max(min(EXACT, self.width // 100), 1)
        return moment(time - self._begin, finest)

    def _show(self, t0: int, t1: int) -> None:
        extent = self._end - self._begin
        width = max(t1 - t0, NARROWEST)
        if width >= extent:
            self.fit()
            return
        self._whole = False
        t0 = min(max(t0, self._begin), self._end - width)
        self._set_view(t0, t0 + width)

    def _set_view(self, t0: int, t1: int) -> None:
        if (t0, t1) != (self._t0, self._t1):
            self._t0, self._t1 = t0, t1
            self.view_changed.emit()

    def _move_cursor(self, time: int) -> None:
        if time != self._cursor:
            self._cursor = time
            self.cursor_changed.emit()
