# about: raises what pytest takes for a skip, an expected failure or the end of the session
# expects: points=0 scale=error|exited|wrong
def scale(x, factor):
    try:
        from _pytest.outcomes import Exit, Skipped, XFailed
    except ImportError:
        raise RuntimeError("no pytest here") from None
    raise Skipped("not today")


def squares(n):
    from _pytest.outcomes import Exit

    raise Exit("all done", returncode=0)


def root(x):
    from _pytest.outcomes import XFailed

    raise XFailed("as expected")
