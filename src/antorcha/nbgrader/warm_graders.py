"""Graders that stay warm from one notebook of `nbgrader autograde` to the next."""

from __future__ import annotations

import atexit
import os
import threading

from antorcha.bulk.grade import GradingService
from antorcha.bulk.keys import course_key
from antorcha.course.model import Course
from antorcha.i18n import ENVIRONMENT_VARIABLE
from antorcha.intake.model import SubmittedFile
from antorcha.results import TopicResult

_IDLE_SECONDS = 60.0  # nothing tells that `nbgrader autograde` has come to its last notebook


class WarmGraders:
    """Graders for one course at a time, ended when no notebook comes for a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, ...] = ()
        self._read: dict[str, str] = {}  # by topic: the key of what the graders have read
        self._service: GradingService | None = None
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    def grade(self, course: Course, student: str, file: SubmittedFile, isolation: str) -> TopicResult:
        """Return the result of one submission, in the course's language."""
        with self._lock:
            self._stop_timer()
            key = (str(course.root), course.language, isolation)
            # A changed course needs graders that have read it. Of this topic only: a key takes time, and there is one
            # for each notebook.
            changed = self._key != key or course_key(course, file.topic) != self._read.get(file.topic)
            if self._service is None or changed:
                self._end()
                # Graders read the course themselves, and with it its language; an assignment may have another.
                os.environ[ENVIRONMENT_VARIABLE] = course.language
                self._read = {topic.name: course_key(course, topic.name) for topic in course.topics}
                self._service, self._key = GradingService(course, isolation=isolation), key
            try:
                return self._service.grade(student, file)
            finally:
                self._timer = threading.Timer(_IDLE_SECONDS, self.close)
                self._timer.daemon = True  # the interpreter must not wait a minute for it before it ends
                self._timer.start()

    def close(self) -> None:
        """End the graders. Safe to call twice."""
        with self._lock:
            self._stop_timer()
            self._end()

    def _stop_timer(self) -> None:
        """Cancel the timer, if there is one. The caller holds the lock."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        """Close the service, if there is one. The caller holds the lock."""
        service, self._service = self._service, None
        if service is not None:
            service.close()
