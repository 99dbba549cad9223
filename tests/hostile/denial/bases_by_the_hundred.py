# about: an exception with hundreds of bases and a text that is a million lines
# expects: points=0 scale=error
def scale(x, factor):
    kind = Exception
    for number in range(300):
        kind = type(f"E{number}", (kind,), {})
    raise kind("line\n" * 1_000_000)
