"""An exploration that is killed: its folders go and files are put back at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ipcsim.run.leftovers import remove_leftovers
from ipcsim.supervisor.messages import Problem
from tests.run.watching import program, watch

KILLS_WHO_EXPLORES = """
    import os, signal
    from multiprocessing import Process

    def work(name):
        with open(name, "w") as file:
            file.write("amid")
        os.kill(int(os.environ["EXPLORER"]), signal.SIGKILL)
        with open(name, "a") as file:
            file.write("never permitted")

    def main(name: str = "none"):
        worker = Process(target=work, args=(name,))
        worker.start()
        worker.join()

    if __name__ == "__main__":
        main()
"""
EXPLORES = """
    import os, sys
    from ipcsim.cli import command
    if __name__ == "__main__":
        os.environ["EXPLORER"] = str(os.getpid())
        sys.exit(command(["explore", "--jobs", "1", *sys.argv[1:]]))
"""


def folders() -> set[Path]:
    """Private folders of explorations that are there."""
    return set(Path(tempfile.gettempdir()).glob("ipcsim-explore-*"))


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that an exploration was changing when it was killed."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    file = tmp_path / "notes.txt"
    file.write_text("before")
    explores = program(tmp_path, EXPLORES, "explores.py")
    changing = program(tmp_path, KILLS_WHO_EXPLORES)
    ended = subprocess.run(
        [sys.executable, str(explores), "--set", f"name={file}", str(changing)],
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ended.returncode == -signal.SIGKILL
    assert file.read_text() == "amid"
    assert folders()
    return file


def test_the_next_start_puts_back_what_was_changed(killed: Path) -> None:
    (sentence,) = remove_leftovers()
    assert sentence.startswith(f"{killed} is again as it was before")
    assert killed.read_text() == "before"
    assert not folders()
    assert remove_leftovers() == []


def test_what_somebody_else_has_changed_since_stays(killed: Path) -> None:
    killed.write_text("the person's own")
    later = killed.stat().st_mtime_ns + 10_000_000_000
    os.utime(killed, ns=(later, later))
    (sentence,) = remove_leftovers()
    assert "later by somebody else" in sentence
    assert killed.read_text() == "the person's own"
    assert killed.with_name("notes.txt.before-ipcsim").read_text() == "before"


def test_a_run_says_so_too(killed: Path) -> None:
    run = watch(program(killed.parent, "print('runs')", "other.py"))
    said = [message.sentence for message in run.messages if isinstance(message, Problem)]
    assert said == [f"{killed} is again as it was before an exploration that was killed."]


def test_a_folder_of_the_person_s_with_such_a_name_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = tmp_path / "ipcsim-notes-99999999"
    own.mkdir()
    remove_leftovers()
    assert own.is_dir()


def test_a_folder_that_can_t_be_looked_into_is_somebody_else_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "ipcsim-explore-99999999-x").mkdir()
    lists = os.listdir

    def refusing(path: Path) -> list[str]:
        if "ipcsim-explore" in str(path):
            raise PermissionError(13, "not yours")
        return lists(path)

    monkeypatch.setattr(os, "listdir", refusing)
    assert remove_leftovers() == []
    assert (tmp_path / "ipcsim-explore-99999999-x").is_dir()
