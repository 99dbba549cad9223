# about: an answer of a million small things
# expects: points=0 squares=result_limit|cpu_limit
def squares(n):
    return list(range(1_000_000))
