# about: the hidden input is the text of an exception
# expects: points=0 scale=error
def scale(x, factor):
    raise ValueError(f"LEAK {x.tolist()} {factor}")
