# about: a lone surrogate in a notebook's source
# expects: points=0 whole=unreadable|graded
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.ipynb").write_text('{"cells":[{"cell_type":"code","source":"x = \\"\\\\ud800\\"\\n\\ud800","metadata":{},"outputs":[],"execution_count":null}],"metadata":{},"nbformat":4,"nbformat_minor":5}')
