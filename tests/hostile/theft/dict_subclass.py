# about: a dict that has every key and any value
# expects: points=0 summary=wrong
class Anything(dict):
    def __getitem__(self, key):
        return True

    def __contains__(self, key):
        return True

    def items(self):
        return [("largest", 1), ("smallest", 2), ("shape", 3)]

    def __iter__(self):
        return iter(["largest", "smallest", "shape"])

    def __eq__(self, other):
        return True


def summary(x):
    return Anything()
