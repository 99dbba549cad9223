# about: a notebook with magics, a broken cell and a right one
# expects: points=1 squares=passed
from pathlib import Path


def make(folder: Path) -> None:
    import json

    book = {"cells": [{"cell_type": "code", "source": "%matplotlib inline\n!ls\nimport torch", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "1 / 0", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "def scale(x, factor:", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "def squares(n):\n    return torch.arange(n) ** 2", "metadata": {}, "outputs": [], "execution_count": None}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "vectors.ipynb").write_text(json.dumps(book))
