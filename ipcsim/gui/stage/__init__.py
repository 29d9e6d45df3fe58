"""The stage: a picture of the processes and what they share, at a moment."""

from __future__ import annotations

from ipcsim.gui.stage.scene import Deadlock, Detail
from ipcsim.gui.stage.stage import StageView
from ipcsim.gui.stage.usage import Link, Way, links_of_messages

__all__ = ["Deadlock", "Detail", "Link", "StageView", "Way", "links_of_messages"]
