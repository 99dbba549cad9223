# about: the hidden input as the name of a setting that was left changed, and as a device
# expects: points=0 scale=forged|wrong
import dataclasses

import antorcha.worker.runtime as runtime

plain = runtime.observe


def observe(function, args, kwargs, options, *limits):
    report = plain(function, args, kwargs, options, *limits)
    return dataclasses.replace(report, global_state=(f"LEAK {args[0].tolist()}",))


runtime.observe = observe


def scale(x, factor):
    return x * factor
