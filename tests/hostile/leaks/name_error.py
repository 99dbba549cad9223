# about: the hidden input is a name that is looked up, by exec and by a text as Python writes it
# expects: points=0 scale=error squares=error
def scale(x, factor):
    exec("LEAK" + "_".join(str(abs(int(number))) for number in x.flatten()))


def squares(n):
    raise NameError(f"name 'LEAK{n}' is not defined. Did you mean: 'LEAK{n}'?")
