# about: cells that are numbers, sources that are dicts, types that nobody knows
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import json

    (folder / "vectors.ipynb").write_text(json.dumps({"cells": [7, None, {"cell_type": 3}, {"cell_type": "code", "source": {"a": 1}}, {"cell_type": "code", "source": [1, 2]}], "metadata": 3, "nbformat": "four"}))
