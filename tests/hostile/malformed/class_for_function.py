# about: a number where a function should be, a function where a class should be
# expects: points=0 scale=missing Running=error|wrong|missing
scale = 3


def Running():
    return None
