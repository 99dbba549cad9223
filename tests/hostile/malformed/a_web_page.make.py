# about: the login page of the platform, saved as the hand-in
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("<!DOCTYPE html>\n<html><body>Please log in</body></html>\n")
