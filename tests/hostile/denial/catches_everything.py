# about: catches every exception, for ever
# expects: points=0 squares=memory_limit|cpu_limit|wrong
def squares(n):
    kept = []
    while True:
        try:
            kept.append(bytearray(1 << 22))
        except BaseException:
            kept.append(1)
