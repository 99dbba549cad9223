# about: a pickle that runs a command, named as a module
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import pickle

    class Bomb:
        def __reduce__(self):
            return __import__("os").system, ("touch /tmp/hostile-was-here",)

    (folder / "vectors.py").write_bytes(pickle.dumps(Bomb()))
