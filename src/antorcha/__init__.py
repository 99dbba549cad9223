"""Antorcha: auto-graded exercises for learning PyTorch.

`antorcha.grade(course, submissions, ...)` grades a class from Python as `antorcha grade` does.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antorcha.results_folder.grade import grade

__all__ = ["__version__", "grade"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import what grades a class when it is first asked for: a student's pytest needs none of it."""
    if name == "grade":
        from antorcha.results_folder.grade import grade

        return grade
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
