"""An archive for each assignment, as platforms hand out one after the other: opened as if each were a folder."""

from __future__ import annotations

import io
from dataclasses import replace

from antorcha.course.model import Course
from antorcha.intake import limits
from antorcha.intake.archive import list_archive
from antorcha.intake.delivered import UnusableError
from antorcha.intake.formats.per_assignment import PER_ASSIGNMENT
from antorcha.intake.handin import Listing
from antorcha.intake.naming import looks_like_an_assignment, topic_named


def opened(listing: Listing, course: Course, code_page: str) -> Listing:
    """Return the delivery with its archives of assignments opened, or `listing` itself where they hold no class.

    `layers.zip` may be one student's work for a topic, or what a whole class handed in for it: only people's names
    inside tell.
    """
    archives = [file for file in listing.files if len(file.parts) == 1 and file.is_archive and file.ordinary]
    stems = [file.stem for file in archives]
    if not archives or not all(topic_named(stem, course) or looks_like_an_assignment(stem) for stem in stems):
        return listing
    files = [file for file in listing.files if file not in archives]
    for archive in archives:
        try:
            stream = io.BytesIO(archive.load(limits.CLASS_ARCHIVE_BYTES))
            members = list_archive(stream, archive.name, limits.CLASS_ARCHIVE_BYTES, code_page)
        except UnusableError:  # then it is somebody's file, and refused with its reason where that is read
            return listing
        files += [
            replace(member, parts=(archive.stem, *member.parts), path=f"{archive.name}/{'/'.join(member.parts)}")
            for member in members
        ]
    inside = replace(listing, files=tuple(files))
    return inside if PER_ASSIGNMENT.recognises(inside, course) else listing
