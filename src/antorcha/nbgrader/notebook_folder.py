"""The folder that a notebook came in: what belongs beside it, and what to say where that is missing."""

from __future__ import annotations

import sys
from pathlib import Path

from antorcha.errors import UserError
from antorcha.i18n import FRAMEWORK_DOMAIN, LOCALE_DIR, N_, chosen_language, translate
from antorcha.intake.in_the_way import file_in_the_way, sentence_about

_NO_FOLDER = N_(
    "The folder `_antorcha`, which came with this notebook, is missing: it is neither in {folder} nor above it."
)
_DAMAGED = N_("{path} is damaged.")
_FETCH = N_(
    "Fetch the assignment again, whole and not the notebook alone, and open the notebook that lies in its folder: "
    "`_antorcha`, the file whose name begins with `test_` and, if there is one, the folder `data` belong beside it. "
    "Answers that you have written already can be copied there cell by cell."
)
# A notebook of Colab's starts in /content, wherever it is opened from.
IN_COLAB = N_(
    "In Colab: put the assignment's whole folder into Google Drive. Each time that the notebook is started anew, run "
    "this in a new cell first, with the path that the folder has there:\n"
    "    from google.colab import drive\n"
    "    drive.mount('/content/drive')\n"
    "    %cd /content/drive/MyDrive/{assignment}"
)

_spoken = ""  # the language of the notebook that runs in this process, once it has said it


class OneLine:
    """A base of exceptions that Jupyter shows as their sentence alone: none of our lines help to mend a function."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows; it calls this method where an exception has one."""
        return [str(self)]


class CannotCheckError(OneLine, UserError):
    """The error of a cell whose notebook lacks files that belong to it, or has them damaged."""


def speak_from_now_on(language: str) -> None:
    """Remember the notebook's language, for what is to be said where nothing beside the notebook tells it."""
    global _spoken
    _spoken = language


def in_language(*sentences: str, **values: str) -> str:
    """Return marked sentences in the notebook's language; where nobody knows that, in each language that there is."""
    language = chosen_language(_spoken)
    catalogs = sorted(path.parents[1].name for path in LOCALE_DIR.glob(f"*/LC_MESSAGES/{FRAMEWORK_DOMAIN}.mo"))
    texts = [
        "\n".join(translate(sentence, spoken) for sentence in sentences)
        for spoken in ([language] if language else [*catalogs, "en"])
    ]
    return "\n\n".join(dict.fromkeys(texts)).format(**values)


def runs_in_colab() -> bool:
    """Return whether this notebook runs in Google Colab."""
    return "google.colab" in sys.modules


def released_folder() -> Path:
    """Return the folder of the notebook, which holds `_antorcha`.

    Raises: `CannotCheckError` without one, and where a file in it hides a package.
    """
    from antorcha.course.manifest import find_released, language_around

    here = Path.cwd()
    folder = find_released(here)
    if folder is None:
        raise missing(_NO_FOLDER, folder=str(here))
    path = file_in_the_way((folder, here))
    if path is not None:
        raise CannotCheckError(sentence_about(path, chosen_language(_spoken or language_around(folder))))
    return folder


def damaged(folder: Path) -> CannotCheckError:
    """Return the error for a manifest that cannot be read."""
    from antorcha.course.manifest import manifest_path

    return missing(_DAMAGED, path=str(manifest_path(folder)))


def missing(sentence: str, **values: str) -> CannotCheckError:
    """Return the error for something that belongs beside the notebook: `sentence` says what, and more what to do."""
    sentences = [sentence, IN_COLAB if runs_in_colab() else _FETCH]
    return CannotCheckError(in_language(*sentences, assignment="...", **values))
