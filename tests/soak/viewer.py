"""An ipcsim that is to be killed: ``python -m tests.soak.viewer SEED METHOD`` polls a session."""

from __future__ import annotations

import sys

from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from tests.soak.runs import PROGRAM


def main(seed: str, method: str) -> None:
    """Run the mixture; the first line says that Session is about to be started."""
    print("ready", flush=True)
    with Session(RunSpec(program=PROGRAM, args=[seed], start_method=method)) as session:
        while session.running:
            session.poll()
            session.wait(0.02)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
