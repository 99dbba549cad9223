# about: defines its answers and deletes them
# expects: points=0 scale=missing
def scale(x, factor):
    return x * factor


del scale
