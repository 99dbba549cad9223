# about: a cell that leaves the process
# expects: points=0
from pathlib import Path


def make(folder: Path) -> None:
    import json

    book = {"cells": [{"cell_type": "code", "source": "import os\nos._exit(0)", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "def squares(n):\n    return n", "metadata": {}, "outputs": [], "execution_count": None}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "vectors.ipynb").write_text(json.dumps(book))
