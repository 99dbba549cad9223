# about: an archive that unpacks to a gigabyte of zeros
# expects: points=0 whole=missing|unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import zipfile

    with zipfile.ZipFile(folder / "work.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vectors.py", bytes(1 << 28))
