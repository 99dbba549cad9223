# about: after the first call the function is an object whose type is named after the hidden input
# expects: points=0 scale=wrong|missing squares=wrong|missing
def scale(x, factor):
    globals()["scale"] = globals()["squares"] = type(f"LEAK{x.tolist()}", (), {})()


def squares(n):
    globals()["squares"] = type(f"LEAK{n}", (), {})()
