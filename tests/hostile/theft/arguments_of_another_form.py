# about: reports arguments that are no list and no dict, beside the right value
# expects: points=0 scale=forged|wrong
import antorcha.worker.runtime as runtime

plain = runtime.observe


def observe(function, args, kwargs, options):
    report = plain(function, args, kwargs, options)
    report.arguments = [7, ["x"]]
    return report


runtime.observe = observe


def scale(x, factor):
    return x * factor
