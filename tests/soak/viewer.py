"""An ipcsim that is to be killed: ``python -m tests.soak.viewer SEED STRANGERS METHOD``."""

from __future__ import annotations

import sys

from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from tests.soak.runs import PROGRAM


def main(seed: str, strangers: str, method: str) -> None:
    """Run the mixture and poll it; the first line says that the session is about to be started."""
    print("ready", flush=True)
    spec = RunSpec(program=PROGRAM, args=[seed, strangers], start_method=method)
    with Session(spec) as session:
        while session.running:
            session.poll()
            session.wait(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:4])
