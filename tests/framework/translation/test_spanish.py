"""What Spanish students read holds no English: every template, and the words that the framework puts into one."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from support.paths import ROOT

from antorcha.course.load import load_course
from antorcha.explain import explain
from antorcha.i18n import LOCALE_DIR
from antorcha.intake.read import read_class
from antorcha.release.readme import render_readme
from antorcha.results import Diagnosis

# Words that are no Spanish ones and that no English sentence of three words does without.
ENGLISH = re.compile(
    r"\b(?:the|an|is|are|was|were|of|its|it|not|and|or|from|to|with|for|by|on|at|be|that|this|which|your|you|"
    r"cell|line|lines|link|folder|file|name|answered|only|first|why|here)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"(?m:^ {4}[^\n]*)|```.*?```|`[^`]*`|«[^»]*»|\.\w+\(|\{[^}]*\}|https?://\S+|\]\([^)]*\)", re.DOTALL)


def english_in(text: str) -> list[str]:
    """The English words of `text`, outside code and quotations."""
    return ENGLISH.findall(QUOTED.sub(" ", text))


def spanish_templates() -> Iterator[tuple[str, str]]:
    with (LOCALE_DIR / "es/LC_MESSAGES/antorcha.po").open("rb") as source:
        for message in read_po(source):
            if message.id:
                yield str(message.id), str(message.string)


def test_no_english_word_stands_in_a_spanish_template() -> None:
    wrong = {message: found for message, text in spanish_templates() if (found := english_in(text))}
    assert wrong == {}


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def archive_of_links() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        member = tarfile.TarInfo("tensors.py")
        member.type, member.linkname = tarfile.SYMTYPE, "shapes.py"
        archive.addfile(member)
    return target.getvalue()


# Where the reason is Python's own sentence: a student finds it on the web as it stands.
PYTHONS_REASON = {"syntax_error", "cell_syntax_error", "no_usable_cell", "broken_notebook"}

FILES: dict[str, bytes] = {
    "magias/tensors.ipynb": notebook("%pip install x\n!ls\n", "import torch\n%time y = 1\n", "%%bash\nls\n"),
    "ordenes/tensors.ipynb": notebook("%%bash\nls\n"),
    "rota/tensors.ipynb": notebook("x = 1", "def f(:\n"),
    "rotas/tensors.ipynb": notebook("def f(:\n", "for\n"),
    "vacio/tensors.py": b"",
    "latina/tensors.py": "# año\n".encode("latin-1"),
    "nulo/tensors.py": b"x = 1\x00\n",
    "codificado/tensors.py": b"# -*- coding: klingon -*-\n",
    "malo/tensors.py": b"def f(:\n",
    "cuaderno/tensors.py": notebook("x = 1"),
    "sin_json/tensors.ipynb": b"{",
    "sin_celdas/tensors.ipynb": notebook(),
    "otro_nombre/mi_trabajo.py": b"def first_tensors():\n    return 1\n",
    "mayusculas/Tensors.py": b"x = 1\n",
    "dos/tensors.py": b"x = 1\n",
    "dos/tensors (1).py": b"x = 2\n",
    "nada/notas.docx": b"x",
    "suelto/apuntes.py": b"y = 1\n",
    "comprimido/trabajo.zip": b"PK no",
    "comprimido2/trabajo.rar": b"Rar!",
    "enlaces/trabajo.tar": archive_of_links(),
}


@pytest.fixture(scope="module")
def diagnoses(tmp_path_factory: pytest.TempPathFactory) -> list[Diagnosis]:
    """All that is said about a delivery in which nothing is as it should be."""
    folder = tmp_path_factory.mktemp("class")
    for name, data in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "enlace").mkdir()
    (folder / "enlace/tensors.py").symlink_to("../dos/tensors.py")
    found: list[Diagnosis] = []
    for submission in read_class(folder, load_course(ROOT)):
        found += submission.notes
        for file in submission.files.values():
            found += [*file.notes, *([file.problem] if file.problem else [])]
    return found


def test_no_english_word_is_put_into_what_is_said_of_a_delivery(diagnoses: list[Diagnosis]) -> None:
    kinds = {diagnosis.kind for diagnosis in diagnoses}
    assert {"magic_set_aside", "cell_set_aside", "not_regular_file", "name_guessed", "no_usable_cell"} <= kinds
    for diagnosis in diagnoses:
        quoted = {"text", "reason"} if diagnosis.kind in PYTHONS_REASON else {"text"}
        details = {key: "" if key in quoted else value for key, value in diagnosis.details.items()}
        said = explain(Diagnosis(diagnosis.kind, details), "es")
        assert english_in(said) == [], said


def test_cells_are_counted_in_the_students_language() -> None:
    details = {"cell": "tensors.ipynb, cell 3", "lines": "1, 2", "text": "%pip install x"}
    said = explain(Diagnosis("magic_set_aside", details), "es")
    assert said.startswith("tensors.ipynb, celda 3:")
    assert "Líneas: 1, 2." in said
    details = {"file": "t.py", "topic": "tensors", "found": "the functions in it", "wanted": "tensors.py"}
    assert "por las funciones que contiene" in explain(Diagnosis("name_guessed", details), "es")
    assert "es un enlace" in explain(Diagnosis("not_regular_file", {"file": "t.py", "what": "a link"}), "es")


def test_the_readme_of_a_release_is_spanish_and_says_nothing_of_english_comments() -> None:
    course = load_course(ROOT)
    text = render_readme(course, "es", ">=3.11")
    lines = [line for line in text.splitlines() if "PyCharm" not in line]
    assert english_in("\n".join(lines)) == []
    assert "inglés" not in text
