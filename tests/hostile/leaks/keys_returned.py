# about: the hidden input is the key of a dict and the text of a string
# expects: points=0 summary=wrong scale=wrong
def scale(x, factor):
    return f"LEAK {x.tolist()}"


def summary(x):
    right = {"largest": x.max().item(), "smallest": x.min().item(), "shape": tuple(x.shape)}
    return {**right, f"LEAK {x.tolist()}": 1}
