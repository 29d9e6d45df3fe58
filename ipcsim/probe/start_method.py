"""Another default start method, which the program's own choice still overrides."""

from __future__ import annotations

from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any


def make_default(method: str) -> None:
    """Let ``method`` be what multiprocessing uses unless the program says otherwise.

    Calling ``set_start_method`` would make the program's own call raise.
    """

    def change(context: Any) -> None:
        context._default_context._default_context = context._concrete_contexts[method]

    when_imported("multiprocessing.context", change)
