# about: imports a module that nobody has
# expects: points=1 scale=passed
import torchvision_of_tomorrow


def scale(x, factor):
    return x * factor
