# about: a report of ten thousand operations, of settings by the thousand, of faults that name a tensor
# expects: points=0 Running=forged|wrong|missing scale=forged
import antorcha.worker.runtime as runtime

plain = runtime.Report.as_message


def as_message(self, files):
    operations = {f"aten::op{number}": 1 for number in range(10_000)}
    return {**plain(self, files), "operations": operations, "global_state": ["threads"] * 9_000}


runtime.Report.as_message = as_message


def scale(x, factor):
    return x * factor
