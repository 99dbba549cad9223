"""A reader of submitted notebooks: whatever a file holds, nbgrader gets a notebook that it can work with.

nbgrader and nbconvert take a notebook for what Jupyter wrote. What students hand in went through other programs, too:
a cell without metadata, widgets without their state or an image that is not there ends nbgrader's step with a
traceback, for one student or for all that come after.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from traitlets import Bool

from antorcha.explain import explain
from antorcha.i18n.catalog import SOURCE_LANGUAGE
from antorcha.intake.check import Checker
from antorcha.intake.delivered import UnusableError
from antorcha.intake.notebook import load_notebook
from antorcha.nbgrader.cells import METADATA_KEY
from antorcha.nbgrader.released import node, released_cells
from antorcha.results import Diagnosis

# In our metadata of a notebook: the diagnosis of a file that could not be read, and those of what was seen in one.
PROBLEM = "problem"
NOTES = "notes"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ATTACHED = re.compile(r"!\[([^\]]*)\]\(attachment:([^)\s]+)[^)]*\)")
_CELL_TYPES = ("code", "markdown", "raw")


class SubmissionExporter(NotebookExporter):
    """nbgrader's exporter of notebooks, with a reader that takes any file."""

    # nbconvert checks the whole notebook after each step otherwise.
    optimistic_validation = Bool(True).tag(config=True)

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """Convert the notebook at a path; a folder or a pipe of that name counts as an empty file."""
        path = Path(filename)
        if path.is_file():
            return super().from_filename(filename, resources=resources, **options)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_file(SimpleNamespace(name=filename), resources=resources, **options)

    def from_file(self, file_stream: Any, resources: Any = None, **options: Any) -> Any:
        """Convert the notebook of an open file; for one that cannot be read, the released one with the reason in it."""
        path = Path(file_stream.name)
        data = path.read_bytes() if path.is_file() else b""
        notebook, problem = read_submitted(data, path.name, trusted=self._is_copy(path))
        if problem is not None:
            self.log.warning("%s: %s", path, explain(problem, SOURCE_LANGUAGE))
            notebook = _notebook(list(released_cells(resources).values()))
            notebook.metadata[METADATA_KEY] = node(**{PROBLEM: node(kind=problem.kind, details=problem.details)})
        return self.from_notebook_node(notebook, resources=resources, **options)  # type: ignore[no-untyped-call]

    def _is_copy(self, path: Path) -> bool:
        """Return whether a file is what this exporter wrote: nbgrader reads a submission, then its autograded copy."""
        writer = getattr(self.parent, "writer", None)
        return writer is not None and path.parent.resolve() == Path(writer.build_directory).resolve()


def read_submitted(data: bytes, name: str, *, trusted: bool = False) -> tuple[Any, Diagnosis | None]:
    """Return the notebook in `data` as nbformat 4.5 without outputs, or no notebook and what is wrong with the file.

    A diagnosis in its metadata is kept where the file is `trusted`: in a student's own it says nothing.
    """
    try:
        with Checker() as checker:
            document, notes = load_notebook(data, name, checker)
        document = _writable(document)
        written = nbformat.from_dict(document)  # type: ignore[no-untyped-call]
        if written.get("nbformat") != nbformat.current_nbformat:
            written = nbformat.convert(written, nbformat.current_nbformat)  # type: ignore[no-untyped-call]
        cells = written["cells"]
        notebook = _notebook([_usable_cell(cell) for cell in cells if isinstance(cell, dict)])
        metadata = written.get("metadata")
    except UnusableError as unusable:
        return None, unusable.diagnosis
    except Exception as error:  # other formats and versions fail in any way that their converters can
        return None, Diagnosis("broken_notebook", {"file": name, "reason": f"{type(error).__name__}: {error}"[:200]})
    ours = metadata.get(METADATA_KEY) if isinstance(metadata, dict) else None
    kept = dict(ours) if isinstance(ours, dict) else {}
    if not trusted:
        kept = {key: value for key, value in kept.items() if key not in (PROBLEM, NOTES)}
    if notes:
        kept[NOTES] = [node(kind=note.kind, details=node(**note.details)) for note in notes]
    if kept:
        notebook.metadata[METADATA_KEY] = node(**kept)
    return notebook, None


def _writable(document: Any) -> Any:
    """Return a notebook's JSON without halves of characters, which no file can hold.

    NUL stands in their place, which can be written and is no Python either.
    """
    text = json.dumps(document, ensure_ascii=False)
    return json.loads(_LONE_SURROGATE.sub(r"\\u0000", text)) if _LONE_SURROGATE.search(text) else document


def _notebook(cells: list[Any]) -> Any:
    """Return a notebook of these cells. Of its metadata only what says that it is Python: nbgrader adds the kernel."""
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # two of one name, or none, would be reported at every step
    metadata = node(language_info=node(name="python"))
    return node(cells=cells, metadata=metadata, nbformat=4, nbformat_minor=5)


def _usable_cell(written: dict[str, Any]) -> Any:
    """Return a cell with all that nbgrader and nbconvert ask of one, and without what either stumbles over."""
    cell_type = written.get("cell_type")
    source = written.get("source", "")
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    metadata = written.get("metadata")
    kept = {}
    if isinstance(metadata, dict):
        marks = metadata.get("nbgrader")
        kept = {name: metadata[name] for name in ("deletable", "editable") if isinstance(metadata.get(name), bool)}
        kept |= {"nbgrader": node(**marks)} if isinstance(marks, dict) else {}
    cell = node(cell_type=cell_type if cell_type in _CELL_TYPES else "raw", metadata=node(**kept), source=text)
    if cell.cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    elif isinstance(written.get("attachments"), dict):
        cell.attachments = written["attachments"]
    if cell.cell_type == "markdown":
        cell.source = _ATTACHED.sub(lambda image: _image(image, cell.get("attachments", {})), text)
    return cell


def _image(image: re.Match[str], attachments: dict[str, Any]) -> str:
    """Return the reference to an attached image as it is, or its words where the image was not handed in."""
    return image.group() if isinstance(attachments.get(image.group(2)), dict) else f"[{image.group(1)}]"
