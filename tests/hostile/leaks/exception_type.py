# about: the hidden input is the name of an exception's type and of its bases
# expects: points=0 scale=error root=wrong
def scale(x, factor):
    name = "LEAK" + "_".join(str(one).replace(".", "p").replace("-", "m") for one in x.flatten().tolist())
    raise type(name, (type(name + "Base", (Exception,), {}),), {})


def root(x):
    raise type(str(x.tolist()), (TypeError,), {"__module__": str(x.tolist()), "__qualname__": str(x.tolist())})
