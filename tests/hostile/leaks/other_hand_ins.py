# about: looks for the other hand-ins, results and homes, by path and by listing
# expects: points=0 scale=error
import glob
import os


def scale(x, factor):
    found = []
    for place in ("/", "/tmp", "/var/tmp", "/dev/shm", "/home", "/root", "/work", "..", "../..", "/proc", os.environ.get("TMPDIR", ".")):
        try:
            found += os.listdir(place)
        except OSError:
            pass
    found += glob.glob("/tmp/**/*.py", recursive=True) + glob.glob("/**/results.db")
    assert not found, "something could be listed"
    raise RuntimeError("nothing to be had")
