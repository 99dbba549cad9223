# about: recursion without end
# expects: points=0 squares=error
def squares(n):
    return squares(n + 1)
