# about: types, exceptions, files, functions and operations whose names are a megabyte long
# expects: points=0 scale=error squares=wrong root=error|wrong
import linecache

LONG = "N" * 1_000_000


def scale(x, factor):
    raise type(LONG, (type(LONG + "B", (Exception,), {}),), {})(LONG)


def squares(n):
    return type(LONG, (), {})()


def root(x):
    code = compile(f"def {LONG[:5000]}():\n    raise TypeError({LONG!r})", LONG, "exec")
    linecache.cache[LONG] = (1, None, [LONG], LONG)
    names = {}
    exec(code, names)
    if (x < 0).any():
        names[LONG[:5000]]()
    return names
