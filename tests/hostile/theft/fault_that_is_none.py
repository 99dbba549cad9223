# about: reports faults that only the trusted side may find, such as a grader's own
# expects: points=0 scale=forged
import antorcha.worker.runtime as runtime

runtime.observe = lambda *args: runtime.Report(fault="grader_error", fault_details={"name": "scale"})


def scale(x, factor):
    return None
