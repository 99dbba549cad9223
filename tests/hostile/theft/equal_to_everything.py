# about: an object that equals everything, with every attribute
# expects: points=0 scale=wrong squares=wrong permutation=wrong summary=wrong
class Yes:
    shape = (97,)
    dtype = "int64"
    requires_grad = False

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __bool__(self):
        return True

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __len__(self):
        return 7

    def __iter__(self):
        return iter([self] * 7)

    def __float__(self):
        return 0.0


def scale(*args):
    return Yes()


squares = weighted = permutation = summary = scale
