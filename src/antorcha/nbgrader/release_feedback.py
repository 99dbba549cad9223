"""nbgrader's `release_feedback`, for classes in which a submission did not come through the exchange."""

from __future__ import annotations

from glob import glob
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

# What `nbgrader submit` leaves in a submission. nbgrader makes the name of the released page of them.
_LEFT_BY_SUBMIT = ("timestamp.txt", "submission_secret.txt")


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """nbgrader's own step, which ends for everybody at the first page that no `fetch_feedback` could find."""

    def copy_files(self) -> None:
        """Release the pages of all who submitted through the exchange, and name the others in the log."""
        excluded = self.coursedir.student_id_exclude
        names = [name for name in excluded.split(",") if name]
        for folder in sorted({Path(page).parent for page in glob(f"{self.src_path}/*.html")}):
            missing = [name for name in _LEFT_BY_SUBMIT if not (folder / name).is_file()]
            student = folder.parent.name
            if missing and student not in names:
                self.log.warning(
                    "%s: not submitted through the exchange (no %s), so that fetch_feedback would not find it: "
                    "hand over what is in %s",
                    *(student, " or ".join(missing), folder),
                )
                names.append(student)
        self.coursedir.student_id_exclude = ",".join(names)
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = excluded
