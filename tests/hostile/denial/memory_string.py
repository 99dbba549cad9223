# about: a string of sixteen gigabytes
# expects: points=0 squares=memory_limit|error
def squares(n):
    return "x" * (1 << 34)
