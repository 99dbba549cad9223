# about: a key of a megabyte, which a page would have to show as a part of the answer's path
# expects: points=0 summary=result_limit
def summary(x):
    return {"largest" + "x" * 1_000_000: 1.0, "smallest": 1.0}
