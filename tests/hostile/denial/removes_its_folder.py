# about: takes its own scratch folder away, or tries to
# expects: points=1 kept=passed
import os
import shutil


def kept(x):
    here = os.getcwd()
    for attempt in (lambda: os.rmdir(here), lambda: os.rename(here, here + "-"), lambda: shutil.rmtree(os.path.dirname(here))):
        try:
            attempt()
        except OSError:
            continue
        raise AssertionError(here)
    return x.clone()
