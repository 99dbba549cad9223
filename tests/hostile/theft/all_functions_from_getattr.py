# about: the module answers to every name
# expects: points=0
def __getattr__(name):
    return lambda *args, **kwargs: True
