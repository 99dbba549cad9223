# about: shell commands in every spelling
# expects: points=1 squares=passed
from pathlib import Path


def make(folder: Path) -> None:
    import json

    book = {"cells": [{"cell_type": "code", "source": "!touch /tmp/hostile-was-here", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "%%bash\ntouch /tmp/hostile-was-here", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "x = !touch /tmp/hostile-was-here", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "get_ipython().system('touch /tmp/hostile-was-here')", "metadata": {}, "outputs": [], "execution_count": None}, {"cell_type": "code", "source": "def squares(n):\n    import torch\n    return torch.arange(n) ** 2", "metadata": {}, "outputs": [], "execution_count": None}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "vectors.ipynb").write_text(json.dumps(book))
