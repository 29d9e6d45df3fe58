"""A recording in another format, chosen by the name of the file to write."""

from __future__ import annotations

import sys
from pathlib import Path

from ipcsim.export.events import write_csv
from ipcsim.export.interleaving import as_markdown, interleaving
from ipcsim.export.perfetto import write_perfetto
from ipcsim.export.without_values import leave_out_values
from ipcsim.language import _
from ipcsim.trace.recording import read_recording

MOST_LINES = 5000
"""Of an interleaving table."""


def export_recording(recording: Path, output: Path) -> int:
    """Write a recording as .csv (events), .md (interleaving table), .json (Perfetto, Chrome), or
    as .ipcsim: the same recording without arguments and values.

    Returns:
        0, the exit code; a damaged recording is exported as far as it is whole, and a warning
        printed.

    Raises:
        RecordingError: the recording can't be read.
        ValueError: there is no such format.
        OSError: the file can't be written.
    """
    suffix = output.suffix.lower()
    if suffix not in (".csv", ".md", ".json", ".ipcsim"):
        raise ValueError(
            _("{name}: the name must end in .csv, .md, .json or .ipcsim.").format(name=output.name)
        )
    if suffix == ".ipcsim":
        if output.exists() and output.samefile(recording):
            raise ValueError(_("{name} can't be written over itself.").format(name=output.name))
        _warn(leave_out_values(recording, output))
        return 0
    trace, reader = read_recording(recording)
    _warn(reader.damage)
    # Names and texts may hold what can't be encoded; JSON escapes it just so.
    with output.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        if suffix == ".csv":
            write_csv(trace, file)
        elif suffix == ".json":
            write_perfetto(trace, file)
        else:
            table = interleaving(trace, trace.begin, trace.end, MOST_LINES)
            file.write(as_markdown(table, trace.begin))
    reader.close()
    return 0


def _warn(damage: str) -> None:
    if damage:
        print(f"ipcsim: {damage}", file=sys.stderr)
