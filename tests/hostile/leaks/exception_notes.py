# about: the hidden input in notes, causes, contexts and groups of exceptions
# expects: points=0 scale=error root=wrong
def scale(x, factor):
    error = ValueError("LEAK")
    error.add_note(str(x.tolist()))
    raise error from RuntimeError(str(x.tolist()))


def root(x):
    raise ExceptionGroup(str(x.tolist()), [ValueError(str(one)) for one in x.flatten().tolist()])
