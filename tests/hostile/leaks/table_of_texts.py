# about: the hidden input chooses which of the file's own texts, or own words, the exception says
# expects: points=0 scale=error squares=error
TEXTS = ("LEAK: small", "LEAK: large", "LEAK: negative")


def scale(x, factor):
    raise ValueError(TEXTS[int(x.sum() > 100)])


def squares(n):
    raise NameError(f"name '{TEXTS[n % 3]}' is not defined")
