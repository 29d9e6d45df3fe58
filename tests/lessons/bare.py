"""Run one program as `python program.py` would, with another start method or other counts.

    python bare.py START_METHOD PROGRAM [NAME=VALUE ...]

START_METHOD may be "default". The program runs in the real `__main__`, whose `__file__` is the
program's: spawned children import exactly that file, and nothing of this one.
"""

import ast
import multiprocessing
import sys
import types


def program(path: str, values: dict[str, str]) -> types.CodeType:
    """The program's code, the defaults of `main` replaced by the given values."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    main = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main")
    names = [argument.arg for argument in main.args.args]
    for name, value in values.items():
        place = names.index(name) - len(names) + len(main.args.defaults)
        literal = ast.parse(value, mode="eval").body
        main.args.defaults[place] = ast.copy_location(literal, main.args.defaults[place])
    return compile(ast.fix_missing_locations(tree), path, "exec")


def run(method: str, path: str, settings: list[str]) -> None:
    code = program(path, dict(setting.split("=", 1) for setting in settings))
    if method != "default":
        multiprocessing.set_start_method(method)
    sys.argv[:] = [path]
    sys.path[0] = path.rpartition("/")[0]
    space = sys.modules["__main__"].__dict__
    for name in ("ast", "multiprocessing", "program", "run", "sys", "types"):
        del space[name]
    space.update(__file__=path, __doc__=None, __cached__=None, __spec__=None)
    exec(code, space)


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], sys.argv[3:])
