# about: every exception is described as the one that a test may want
# expects: points=0.5 root=error
# (a root that always raises ValueError passes the check of negatives, and that one only)
import antorcha.worker.runtime
import antorcha.worker.serve


def describe_error(error, files):
    names = ["ValueError", "TypeError", "RuntimeError", "IndexError", "KeyError", "Exception", "BaseException"]
    return {"type": "ValueError", "bases": names, "message": "", "frames": [], "innermost": True}


antorcha.worker.runtime.describe_error = antorcha.worker.serve.describe_error = describe_error


def root(x):
    raise OSError
