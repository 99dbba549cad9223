# about: ints of thousands of digits where numbers are expected
# expects: points=0 summary=wrong|result_limit
def summary(x):
    return {"largest": 10**4000, "smallest": -(10**4000), "shape": (10**400, 2)}
