"""Under the traceback of a notebook's cell: what the error of torch in it means."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from antorcha.nbgrader.cell_message import CellMessage


def explain_errors_of_cells() -> None:
    """Explain errors under every cell of this notebook from now on; elsewhere do nothing."""
    # Whoever is no notebook has not imported IPython, and need not have it.
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is not None and _explain not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _explain)


def _explain(result: Any) -> None:
    """Print what the error that ended a cell means, if it has an explanation. `result`: IPython's record of the run."""
    from antorcha.course.manifest import language_around
    from antorcha.error_texts.meaning import meaning
    from antorcha.i18n import chosen_language

    error = result.error_in_exec
    if error is None:
        return
    explanation = meaning(str(error), chosen_language(language_around(Path.cwd())))
    if explanation:
        CellMessage("quiet", f"· {explanation}").show()
