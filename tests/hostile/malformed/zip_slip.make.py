# about: an archive whose members climb out of it
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import zipfile

    with zipfile.ZipFile(folder / "work.zip", "w") as archive:
        for name in ("../../../../tmp/hostile-was-here.py", "/tmp/hostile-was-here.py", "a/../../vectors.py"):
            archive.writestr(name, "def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n")
