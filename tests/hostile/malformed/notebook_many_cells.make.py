# about: fifty thousand cells
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import json

    cells = [{"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": None}] * 50_000
    (folder / "vectors.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
