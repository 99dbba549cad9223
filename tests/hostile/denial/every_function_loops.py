# about: every function loops: the hand-in as a whole has a limit too
# expects: points=0 scale=cpu_limit squares=cpu_limit|wall_limit summary=cpu_limit|wall_limit
def scale(*args):
    while True:
        pass


squares = weighted = Running = permutation = root = summary = scale
