"""A file of one's own that Python reads in the place of a package: `torch.py` beside the exercises."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from antorcha.i18n import N_, translate

# Those that exercises and their tests import, in the order in which they are looked for.
_PACKAGES = ("torch", "numpy", "pytest", "antorcha", "matplotlib", "safetensors")
_IN_THE_WAY = N_(
    "{file} has the name of the package {package}, so that Python would read your file in its place. "
    "Give it another name, such as my_{file}."
)


def file_in_the_way(folders: Iterable[Path]) -> Path | None:
    """Return the first file or folder that hides a package from what runs in these folders; `None` for none."""
    for folder in folders:
        for package in _PACKAGES:
            for path in (folder / f"{package}.py", folder / package / "__init__.py"):
                if path.is_file():
                    return path if path.suffix == ".py" and path.stem == package else path.parent
    return None


def sentence_about(path: Path, language: str) -> str:
    """Return what is wrong with the name of such a file, and what to do."""
    return translate(_IN_THE_WAY, language).format(file=path.name, package=path.stem)
