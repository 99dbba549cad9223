# about: reports a fault whose details are a tensor, a huge int and a key that no template knows
# expects: points=0 scale=forged|missing
import torch

import antorcha.worker.runtime as runtime

details = {"name": torch.zeros(3), 7: 10**4000, "type": {"x": b"y"}, "loading": "passed"}
runtime.observe = lambda *args: runtime.Report(fault="missing", fault_details=details)


def scale(x, factor):
    return None
