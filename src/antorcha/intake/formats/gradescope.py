"""Gradescope's export of submissions: folders `submission_300000`, and their people in `submission_metadata.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from antorcha.course.model import Course
from antorcha.errors import UserError
from antorcha.intake.delivered import DeliveredFile, UnusableError
from antorcha.intake.formats import folders
from antorcha.intake.handin import Format, HandIn, Listing, Sorted, nobodys
from antorcha.intake.model import Person
from antorcha.intake.text import lenient

METADATA_FILE = "submission_metadata.yml"
_METADATA_BYTES = 64 * 1024 * 1024  # of a whole class: Gradescope also writes the results of its tests into it


def recognises(listing: Listing, course: Course) -> bool:
    """Return whether the root holds Gradescope's metadata."""
    return any(file.parts == (METADATA_FILE,) for file in listing.files)


def sort(listing: Listing, course: Course) -> Sorted:
    """Return a hand-in for each submitter; a group's folder is handed in by everybody in it. Raises: `UserError`."""
    (metadata,) = [file for file in listing.files if file.parts == (METADATA_FILE,)]
    submissions = _read(metadata)
    sorting = Sorted(nobodys=[nobodys(metadata)])
    others = []
    for name in listing.root_names:
        entry = submissions.get(name)
        people = list(_submitters(entry))
        if not people:
            others += [file for file in listing.files if file.parts[0] == name and file is not metadata]
            continue
        time = str(entry.get(":created_at", "")) if isinstance(entry, dict) else ""
        for person in people:
            sorting.hand_ins.append(HandIn(person, listing.under(name), time=time))
    if others:
        rest = folders.sort(Listing(tuple(others), listing.name), course)
        sorting.hand_ins += rest.hand_ins
        sorting.nobodys += rest.nobodys
    return sorting


def _submitters(about: Any) -> Iterator[Person]:
    """Yield the people of a submission's metadata, which may be anything that YAML can hold."""
    submitters = about.get(":submitters", []) if isinstance(about, dict) else []
    for submitter in submitters if isinstance(submitters, list) else []:
        if isinstance(submitter, dict) and (submitter.get(":name") or submitter.get(":email")):
            name, sid, email = (str(submitter.get(key) or "").strip() for key in (":name", ":sid", ":email"))
            yield Person(name or email, id=sid or email, email=email)


def _read(metadata: DeliveredFile) -> dict[str, Any]:
    """Return the metadata of each submission by its folder's name. Raises: `UserError`."""
    import yaml

    # A class of its own, since constructors are added to a class and SafeLoader is everybody's. Ruby's tags for times
    # and zones say nothing that is needed: plain data is read out of them, and no object is ever built.
    loader_class: Any = type("_PlainLoader", (yaml.SafeLoader,), {})

    def untagged(loader: Any, suffix: str, node: Any) -> Any:
        """Return a node's plain data, whatever its tag."""
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_mapping(node, deep=True)

    loader_class.add_multi_constructor("!", untagged)
    loader_class.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
    try:
        data = yaml.load(lenient(metadata.load(_METADATA_BYTES)), loader_class)
    except (yaml.YAMLError, UnusableError, RecursionError, ValueError) as error:
        raise UserError(f"{METADATA_FILE} cannot be read: {error}", "Export the submissions again.") from error
    return data if isinstance(data, dict) else {}


GRADESCOPE = Format("gradescope", "Gradescope's export of submissions", recognises, sort)
