"""What the intake room says, by kind of diagnosis. Placeholders are keys of `Diagnosis.details`."""

from __future__ import annotations

from antorcha.i18n import N_

# Why a file gives no source at all (`Source.problem`).
_PROBLEMS: dict[str, str] = {
    "empty_file": N_("{file} is empty. Was it saved before it was handed in?"),
    "too_large": N_(
        "{file} is larger than {limit}, so it was not read. Hand in the code only, without data or outputs."
    ),
    "not_regular_file": N_(
        "{file} is not an ordinary file (it is {what}), so it was not read. Hand in the file itself."
    ),
    "unreadable_file": N_("{file} could not be read: {reason}. Hand it in again."),
    "not_utf8": N_(
        "{file} is not UTF-8 text: line {line} holds the byte {byte}. Save it again with the encoding UTF-8."
    ),
    "unknown_encoding": N_(
        "{file} says that its encoding is {encoding}, which is not one that can be read. Save it as UTF-8 and "
        "remove that line."
    ),
    "nul_bytes": N_("{file} holds a NUL byte at line {line}, so it is not text. Save it again as UTF-8."),
    "syntax_error": N_(
        "{file} is not valid Python: {reason}, at line {line}: {text}. Nothing in the file can run until that "
        "line is mended."
    ),
    "too_complex": N_("{file} is nested too deeply, or takes too long to read, for Python to compile it."),
    "broken_notebook": N_(
        "{file} is not a readable notebook ({reason}). Open it in Jupyter, save it and hand it in again."
    ),
    "notebook_too_deep": N_("{file} is not a notebook: its JSON is nested far deeper than Jupyter ever writes."),
    "notebook_without_code": N_("{file} has no code cell with anything in it."),
    "notebook_too_many_cells": N_("{file} has {count} code cells; at most {limit} are read."),
    "no_usable_cell": N_("No code cell of {file} is valid Python, so nothing could run. The first: {reason}, {cell}."),
}

# What to say about a file that was read (`Source.notes`).
_SOURCE_NOTES: dict[str, str] = {
    "name_guessed": N_("{file} was taken as the hand-in for {topic}, because of {found}. Next time name it {wanted}."),
    "another_file": N_("There are several files for {topic}: {used} was graded, {file} was not."),
    "really_a_notebook": N_("{file} is a notebook with the name of a module; it was read as a notebook."),
    "cell_syntax_error": N_(
        "{cell} is not valid Python: {reason}, at line {line}: {text}. The cell was left out; the others ran."
    ),
    "cell_unreadable": N_("{cell} could not be read as Python text, so it was left out; the others ran."),
    "cell_set_aside": N_("{cell} was left out: {magic} is a command of Jupyter, and not Python."),
    "magic_set_aside": N_("{cell}: commands of Jupyter were left out, from line {lines}: {text}."),
    "more_notes": N_("There are {count} more notes of this sort about {file}."),
}

# What to say about the hand-in as a folder (`Submission.notes`).
_SUBMISSION_NOTES: dict[str, str] = {
    "file_set_aside": N_(
        "{file} was not graded: neither its name nor the functions in it belong to one topic of the course."
    ),
    "foreign_set_aside": N_("Files that are neither modules nor notebooks were not read: {files}."),
    "unsafe_path": N_("{file} was not read: inside an archive its name points outside the hand-in."),
    "archive_broken": N_("{file} could not be opened as an archive ({reason}). Pack it again as a .zip file."),
    "archive_too_large": N_("{file} unpacks to more than {limit}, so it was not read. Hand in the code only."),
    "archive_encrypted": N_("{file} is protected with a password, so it could not be read. Pack it without one."),
    "archive_unsupported": N_("{file} is an archive of a kind that cannot be read. Pack it as a .zip file."),
    "archive_nested": N_("{file} is an archive inside an archive, so it was not read. Pack the files once only."),
    "too_many_files": N_("The hand-in has too many files; only the first {limit} were looked at."),
    "nothing_usable": N_("Nothing to grade was found in this hand-in. These files were expected: {wanted}."),
}

MESSAGES: dict[str, str] = {**_PROBLEMS, **_SOURCE_NOTES, **_SUBMISSION_NOTES}
