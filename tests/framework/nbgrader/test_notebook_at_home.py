"""A released notebook where students work: what its cells say, and what they say is missing and how to get it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.nbgrader_course import GRADING, cell_of, read, write_course

from antorcha.course.load import load_course
from antorcha.nbgrader.assignment import release
from antorcha.nbgrader.cell_message import COLOURS
from antorcha.release.frozen import Frozen

CURVE = '''

def curve():
    """Draw y = x from 0 to 1."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([0, 1], [0, 1])
    return figure
'''


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an assignment in English."""
    root = tmp_path_factory.mktemp("at_home")
    release(load_course(write_course(root / "antorcha")), root / "course")
    return root / "course/source/bits"


HINTS = "## double\n\n1. What is twice a number?\n2. Look at **Bits**.\n3. An operator does it.\n"


@pytest.fixture(scope="module")
def with_figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an assignment with hints, and with an exercise that draws."""
    root = tmp_path_factory.mktemp("with_figures")
    course = write_course(root / "antorcha")
    row = 'exercises = [\n    { name = "curve", points = 1, figure = true },'
    (course / "grading.toml").write_text(GRADING.replace("exercises = [", row), encoding="utf-8")
    (course / "reference" / "hints").mkdir()
    (course / "reference" / "hints" / "bits.md").write_text(HINTS, encoding="utf-8")
    with (course / "reference" / "bits.py").open("a", encoding="utf-8") as reference:
        reference.write(CURVE)
    with (course / "exercises" / "test_bits.py").open("a", encoding="utf-8") as tests:
        tests.write('\n\ndef test_curve(agree):\n    agree("curve")\n')
    release(load_course(course), root / "course")
    return root / "course/source/bits"


@pytest.fixture(scope="module")
def in_spanish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same assignment in Spanish, without answers."""
    root = tmp_path_factory.mktemp("in_spanish")
    course = write_course(root / "antorcha")
    (course / "grading.toml").write_text(GRADING.replace('["en"]', '["en", "es"]'), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("antorcha.nbgrader.assignment.freeze", lambda _course: Frozen({"bits": b"answers"}, {}))
        release(load_course(course), root / "course", language="es")
    return root / "course/source/bits"


def first_cell(assignment: Path) -> str:
    notebook = read(assignment / "bits.ipynb")
    assert notebook["cells"][0] == cell_of(notebook, "requirements")
    return str(notebook["cells"][0]["source"])


def check_in(folder: Path, code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a notebook's cells as a script, in the folder that its notebook is in."""
    return subprocess.run(
        [sys.executable, *options, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_check_in_a_running_notebook(assignment: Path) -> None:
    done = check_in(
        assignment,
        "from antorcha.notebook import check\n"
        "def double(x): return x * 3\n"
        "def halves(x): print('seen'); return x / 2\n"
        "for name in ('double', 'halves', 'Counter', 'tripple'):\n"
        "    try: check(name)\n"
        "    except Exception as error: print(type(error).__name__, isinstance(error, AssertionError), error)\n",
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "✗ double: visible tests passed: 0 of 1."
    assert lines[1].startswith("NotRight True ")
    assert "expected 2, got 3" in lines[1]
    assert lines[2:4] == ["seen", "✓ halves: visible tests passed: 1 of 1."]
    assert "There is no function called Counter" in done.stdout
    assert "There is no exercise tripple; there are: double, halves, Counter." in done.stdout


def in_a_kernel(folder: Path, *cells: str, attended: bool = True) -> list[list[dict[str, Any]]]:
    """Run cells in a kernel, as somebody does or as a program does; return what each puts out."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(cwd=str(folder))
    outputs: list[list[dict[str, Any]]] = []
    try:
        for cell in cells:
            outputs.append([])
            client.execute_interactive(
                cell,
                allow_stdin=attended,
                timeout=120,
                stdin_hook=lambda _message: None,
                output_hook=lambda message: outputs[-1].append(message),
            )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return [
        [
            message["content"]
            for message in of_cell
            if message["msg_type"] in ("display_data", "stream", "error", "execute_result")
        ]
        for of_cell in outputs
    ]


@pytest.mark.slow
def test_somebody_reads_html_with_figures_hints_and_progress(with_figures: Path) -> None:
    _, wrong, hint, again, curve, progress, unknown = in_a_kernel(
        with_figures,
        "from antorcha.notebook import check\nimport torch\ndef double(x): return x * 3\n"
        + CURVE.replace("[0, 1]", "[1, 0]"),
        "check('double')",
        "%antorcha hint",
        "%antorcha hint double",
        "check('curve')",
        "%antorcha progress",
        "%antorcha juggle",
    )
    shown, error = wrong
    page = shown["data"]["text/html"]
    assert "visible tests passed: 0 of 1." in page
    assert "expected 2, got 3" in page
    assert "<code>%antorcha hint double</code>" in page
    assert error["traceback"] == ["✗ double"], "it stands above already"
    assert "expected 2, got 3" in error["evalue"]
    assert "What is twice a number?" in hint[0]["data"]["text/html"]
    assert "Hint 2 of 3 for double" in again[0]["data"]["text/plain"]
    assert "Look at <b>Bits</b>." in again[0]["data"]["text/html"]
    assert curve[0]["data"]["text/html"].count('<img src="data:image/svg+xml;base64,') == 2
    text = progress[0]["data"]["text/plain"]
    assert "0 of 4 exercises" in text
    assert "✗ curve" in text
    assert "✗ double" in text
    assert "%antorcha progress" in unknown[0]["evalue"]


@pytest.mark.slow
def test_a_program_that_runs_the_notebook_gets_the_whole_error(with_figures: Path) -> None:
    cells = ("from antorcha.notebook import check\ndef double(x): return x * 3", "check('double')")
    _, (said, error) = in_a_kernel(with_figures, *cells, attended=False)
    assert said["text"] == "✗ double: visible tests passed: 0 of 1.\n"
    assert "expected 2, got 3" in error["traceback"][0]


def contrast(colour: str, ground: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, from 1 to 21."""

    def luminance(written: str) -> float:
        parts = [int(written[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(colour), luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", COLOURS.values())
@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])  # of Jupyter's light theme and of its dark one
def test_the_signs_can_be_read_in_both_themes(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3.9


@pytest.mark.slow
def test_an_error_of_a_cell_is_explained_under_it(in_spanish: Path) -> None:
    done = check_in(
        in_spanish,
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_cell('import torch; from antorcha.notebook import check; import antorcha.notebook')\n"
        "shell.run_cell('torch.ones(2, 3) @ torch.ones(2, 3)')\n"
        "shell.run_cell('raise ValueError(1)')\n",
    )
    assert done.stdout.count("Aquí la matriz de la izquierda es 2x3 y la de la derecha 2x3") == 1, done.stdout
    assert done.stdout.rstrip().endswith("ValueError\x1b[39m: 1"), "nothing of ours under an error that is not torch's"


def test_a_checked_notebook_leaves_no_module_that_pretends_to_be_it(assignment: Path) -> None:
    """torch, importing its compiler, looks through all modules and stumbled over a second `__main__` of no file."""
    done = check_in(
        assignment,
        "import sys\n"
        "from antorcha.notebook import check\n"
        "def double(x): return x * 2\n"
        "check('double')\n"
        "names = [key for key, one in sys.modules.items() if one.__name__ == '__main__']\n"
        "print([key for key in names if not key.endswith('main__')])\n"
        "print([key for key, one in sys.modules.items() if getattr(one, '__file__', None) == ''])\n",
    )
    assert done.stdout.splitlines()[-2:] == ["[]", "[]"], done.stderr


def test_the_first_cell_says_what_to_install_where_antorcha_is_not(in_spanish: Path) -> None:
    code = first_cell(in_spanish)
    done = check_in(in_spanish, code, "-S")  # without installed packages
    assert "%pip install -r requirements.txt" in done.stdout
    assert "reinicia el núcleo" in done.stdout
    assert "Colab" not in done.stdout
    colab = check_in(in_spanish, f"import sys, types\nsys.modules['google.colab'] = types\n{code}", "-S")
    assert "%cd /content/drive/MyDrive/bits" in colab.stdout
    assert done.stderr == colab.stderr == ""


def test_the_assignment_brings_what_the_first_cell_says_to_install(in_spanish: Path) -> None:
    *packages, wheel = (in_spanish / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "En esta carpeta" in packages[0] or "en esta carpeta" in packages[0]
    assert any(line.startswith("torch>=") for line in packages)
    assert (in_spanish / wheel).is_file()
    assert "Está todo lo que este cuaderno necesita" in check_in(in_spanish, first_cell(in_spanish)).stdout


def test_the_first_cell_names_packages_that_are_missing(in_spanish: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(in_spanish, tmp_path / "bits")
    (folder / "requirements.txt").write_text(
        "# rem\nnumpy>=1\nnobody_has_this>=2\n./wheels/antorcha.whl\n", encoding="utf-8"
    )
    done = check_in(folder, first_cell(folder))
    assert done.stdout.startswith("Faltan paquetes: nobody_has_this.")
    assert done.stdout.rstrip().endswith("\n    %pip install -r requirements.txt")


def test_a_notebook_alone_says_what_to_fetch_in_its_language(in_spanish: Path, tmp_path: Path) -> None:
    check = "from antorcha.notebook import check\ncheck('double')"
    first = first_cell(in_spanish)
    for done in (check_in(tmp_path, first), check_in(tmp_path, f"{first}\n{check}")):
        said = done.stdout + done.stderr
        assert "Vuelve a descargar la tarea entera" in said
        assert "Fetch" not in said
    skipped = check_in(tmp_path, check)  # whoever skips the first cell may read either language
    assert "Vuelve a descargar la tarea entera" in skipped.stderr
    assert "Fetch the assignment again, whole" in skipped.stderr
    folder = shutil.copytree(in_spanish, tmp_path / "bits")
    (folder / "test_bits.py").unlink()
    without_tests = check_in(folder, check).stderr
    assert "test_bits.py, que venía con este cuaderno" in without_tests
    assert "Fetch" not in without_tests
