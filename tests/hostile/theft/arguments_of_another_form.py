# about: reports arguments that are no list and no dict, beside the right value
# expects: points=0 scale=forged|wrong
import dataclasses

import antorcha.worker.runtime as runtime

plain = runtime.observe


def observe(function, args, kwargs, options, *limits):
    report = plain(function, args, kwargs, options, *limits)
    return dataclasses.replace(report, arguments=[7, ["x"]])


runtime.observe = observe


def scale(x, factor):
    return x * factor
