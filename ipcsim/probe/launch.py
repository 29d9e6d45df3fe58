"""Starts the watched program: ``python .../ipcsim/probe/launch.py SESSION_DIRECTORY``.

Runs in the program's own Python, in which ipcsim need not be installed: the package is loaded from
its place, and ``sys.path`` stays as the program would find it. The program runs as ``__main__`` in
a frame right above this module's, so that what the interpreter does with an exception, SystemExit
or KeyboardInterrupt of the program's it does by itself, as if this file weren't there.
"""

import sys


def load_package(root: str) -> None:
    """Load the package ``ipcsim`` from folder ``root``, leaving ``sys.path`` alone."""
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import spec_from_file_location

    folder = root + "/ipcsim"
    spec = spec_from_file_location(
        "ipcsim", folder + "/__init__.py", submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["ipcsim"] = module
    spec.loader.exec_module(module)


if __name__ == "__main__":
    loaded = frozenset(sys.modules)
    # Children load the package too: let them find it compiled, whatever the program wants.
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    load_package(__file__.replace("\\", "/").rsplit("/", 3)[0])
    from ipcsim.probe.program import leave, prepare

    run = prepare(sys.argv[1], loaded)
    sys.dont_write_bytecode = written
    try:
        run()
    except BaseException as error:
        leave(error)
        raise
    leave(None)
