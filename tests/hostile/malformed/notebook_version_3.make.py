# about: a notebook of another version
# expects: points=0|1
from pathlib import Path


def make(folder: Path) -> None:
    import json

    (folder / "vectors.ipynb").write_text(json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "language": "python"}]}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}))
