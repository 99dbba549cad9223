# about: a list that grows
# expects: points=0 squares=memory_limit|cpu_limit
def squares(n):
    kept = []
    while True:
        kept.append(bytearray(1 << 24))
