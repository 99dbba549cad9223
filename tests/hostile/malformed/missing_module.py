# about: imports a module that nobody has
# expects: points=0 scale=missing
import torchvision_of_tomorrow


def scale(x, factor):
    return x * factor
