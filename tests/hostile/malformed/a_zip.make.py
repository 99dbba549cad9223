# about: an archive, named as a module
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import zipfile

    with zipfile.ZipFile(folder / "vectors.py", "w") as archive:
        archive.writestr("vectors.py", "x = 1")
