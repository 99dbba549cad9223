# about: the hidden input is the name of a function and of a file in the traceback
# expects: points=0 scale=error
def scale(x, factor):
    name = "LEAK_" + "_".join(str(int(one * 4)).replace("-", "m") for one in x.flatten().tolist())
    namespace = {}
    exec(compile(f"def {name}():\n    raise ValueError", f"vectors.py {x.tolist()}", "exec"), namespace)
    namespace[name]()
