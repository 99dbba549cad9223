# about: returns what a verdict looks like
# expects: points=0 scale=wrong squares=wrong Running=missing|error|wrong permutation=wrong
def scale(x, factor):
    return "passed"


def squares(n):
    return {"verdict": "passed", "points": 1}


def permutation(n):
    return True
