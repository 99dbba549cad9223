"""The comparison of exceptions: one that is asked for, one that is not, and those by which Python tells of a limit."""

from __future__ import annotations

import builtins
import re
from typing import Any

from antorcha.accelerator.errors import mistake_with_devices
from antorcha.compare.finding import Finding, UncomparableError
from antorcha.compare.policy import Policy
from antorcha.results import Diagnosis, Verdict
from antorcha.worker.facts import ErrorFact, is_public_error

# Only the start of a message is searched: a pattern may take long over a text as long as a student likes.
_SEARCHED_CHARACTERS = 10_000

# How Python and torch say that the kernel gave them no more. A program that raises these by itself only accuses itself.
_OF_A_LIMIT = (
    (Verdict.MEMORY_LIMIT, "MemoryError", ""),
    (Verdict.MEMORY_LIMIT, "RuntimeError", "can't allocate memory"),
    (Verdict.MEMORY_LIMIT, "OutOfMemoryError", ""),  # of a GPU
    (Verdict.THREAD_LIMIT, "RuntimeError", "can't start new thread"),
    (Verdict.FILE_LIMIT, "OSError", "[Errno 27]"),  # EFBIG
)

# How Python says that the arguments of a call are not those that its function takes.
_OF_A_SIGNATURE = re.compile(
    r"^(\w+\.)*\w+\(\) (takes|missing|got an unexpected keyword|got multiple values|got some positional-only)"
)


def exception_finding(expected: ErrorFact | None, actual: ErrorFact | None, policy: Policy) -> Finding | None:
    """Return the difference of two calls' exceptions; `None` where neither raised, or both as they should.

    Raises: `UncomparableError` when a message is asked for and the reference raises nothing.
    """
    if expected is None and policy.error is not None:
        raise UncomparableError(f"error={policy.error!r} is asked for, and the reference raises nothing here")
    if expected is None:
        return None if actual is None else raised(actual)
    if actual is None:
        return Finding(Verdict.WRONG, _about_expected("error_expected", expected))
    unasked = raised(actual)
    # The stub's own line is no answer, though what it raises is a RuntimeError too.
    if unasked.verdict is Verdict.NOT_STARTED and expected.type_name != "NotImplementedError":
        return unasked
    if _is_a(actual, expected.type_name):
        return _message_finding(expected, actual, policy)
    # A limit that was met, or an exit, is the verdict itself, and no exception of a wrong type.
    if unasked.verdict is not Verdict.ERROR:
        return unasked
    details = {"got_type": _public_type(actual)}
    return Finding(Verdict.WRONG, _about_expected("error_other", expected, details, {"message": actual.message}))


def raised(error: ErrorFact) -> Finding:
    """Return the finding for an exception that nobody asked for."""
    frame = error.frames[-1] if error.frames else None
    place = {"file": frame.file, "line": frame.line} if frame else {}
    private = {"message": error.message, "text": frame.text if frame else "", "type": error.type_name}
    # torch raises NotImplementedError too, with no frame of its own: the student's line must be what says it.
    says_so = frame is None or not frame.text or "NotImplementedError" in frame.text
    if error.type_name == "NotImplementedError" and error.innermost_is_student and says_so:
        return Finding(Verdict.NOT_STARTED, Diagnosis("not_started", place, {"functions": _definitions(error)}))
    if "SystemExit" in error.bases:
        return Finding(Verdict.EXITED, Diagnosis("exited", place, private))
    for verdict, base, words in _OF_A_LIMIT:
        if base in error.bases and words in error.message:
            return Finding(verdict, Diagnosis(verdict.value, place, private))
    return Finding(Verdict.ERROR, Diagnosis(_kind(error), {"type": _public_type(error), **place}, private))


def _definitions(error: ErrorFact) -> list[str]:
    """Return the top-level functions and classes of the student's that an exception passed through, outermost first."""
    return [frame.function.partition(".")[0] for frame in error.frames]


def _kind(error: ErrorFact) -> str:
    """Return the kind of diagnosis for an exception that is the student's own, and no limit."""
    if _public_type(error) == "PermissionError":  # what the lock refuses, or a file that nobody may read
        return "not_permitted"
    if error.frames:
        return mistake_with_devices(error.message) or "raised"
    # With no frame of the student's it was the call itself, or what looked at its answer.
    return (
        "raised_nowhere" if "TypeError" in error.bases and _OF_A_SIGNATURE.search(error.message) else "raised_outside"
    )


def _message_finding(expected: ErrorFact, actual: ErrorFact, policy: Policy) -> Finding | None:
    """Return a finding where the message of an exception of the right type lacks what the test asks for."""
    if policy.error is None or re.search(policy.error, actual.message[:_SEARCHED_CHARACTERS]):
        return None
    private = {"message": actual.message, "expected": expected.message}
    return Finding(Verdict.WRONG, _about_expected("error_message", expected, {}, private))


def _about_expected(
    kind: str, expected: ErrorFact, details: dict[str, Any] | None = None, private: dict[str, Any] | None = None
) -> Diagnosis:
    """Return a diagnosis that names the type that the reference raises, where it may be a class of the course's."""
    name = expected.type_name
    if is_public_error(name):
        return Diagnosis(kind, {**(details or {}), "type": name}, private or {})
    return Diagnosis(kind, details or {}, {**(private or {}), "type": name, "type_words": [name]})


def _is_a(error: ErrorFact, wanted: str) -> bool:
    """Return whether an exception is of the wanted type. Of Python's own types it has one: the first of its bases.

    A class of the student's own may inherit from all of them at once, and would be whatever is asked for.
    """
    if not is_public_error(wanted):
        return wanted in error.bases
    nearest = getattr(builtins, _public_type(error))
    return issubclass(nearest, getattr(builtins, wanted))


def _public_type(error: ErrorFact) -> str:
    """Return the nearest of an exception's own bases that is Python's: a class of the student's may carry any name."""
    return next((name for name in error.bases if is_public_error(name)), "Exception")
