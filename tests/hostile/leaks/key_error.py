# about: the hidden input is the key of a KeyError
# expects: points=0 scale=error
def scale(x, factor):
    raise KeyError(f"LEAK{x.tolist()}")
