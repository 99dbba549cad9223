# about: functions with other parameters
# expects: points=0 scale=error squares=error
def scale(x):
    return x


def squares():
    return None
