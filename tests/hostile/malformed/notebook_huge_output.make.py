# about: a notebook with a saved output of nine megabytes
# expects: points=1|0
from pathlib import Path


def make(folder: Path) -> None:
    import json

    book = {"cells": [{"cell_type": "code", "source": "def squares(n):\n    import torch\n    return torch.arange(n) ** 2", "metadata": {}, "outputs": [], "execution_count": None}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    book["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 9_000_000}]
    (folder / "vectors.ipynb").write_text(json.dumps(book))
