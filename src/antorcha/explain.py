"""A `Diagnosis` as a sentence in a language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from antorcha.accelerator.names import SIMULATED_KIND
from antorcha.error_texts.meaning import meaning, meaning_of_phrase
from antorcha.i18n import N_, translate
from antorcha.messages import MESSAGES, ON_DEVICE, SETTING_WORDS, SIMULATED_WORD
from antorcha.results import Diagnosis

# Details whose value may be a phrase of our own, marked with N_ where it is made, rather than a student's word.
_PHRASES = ("found", "reason", "what")
# Diagnoses that are about an exception of the student's code, whose text is `private["message"]`.
OF_AN_EXCEPTION = ("raised", "raised_nowhere", "raised_outside")
_NUMBERS_ONLY = re.compile(r"(\[\d+\])+")
_CELL = re.compile(r"(?P<file>.*), cell (?P<number>\d+)", re.DOTALL)


class _Forgiving(Formatter):
    """A formatter that shows a missing placeholder by its name: a clumsy sentence is better than a second error."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(str(key), f"<{key}>")


def explain(diagnosis: Diagnosis, language: str, *, full: bool = False) -> str:
    """Return one or two sentences for the student: what happened, where, what to look at next.

    `full` also tells what depends on a check's inputs and on the answer (`Diagnosis.private`): for visible tests and
    for the instructor, never for the student's view of a hidden check.
    """
    sentence = _sentence(diagnosis, language, full)
    device = diagnosis.details.get("on_device")
    if device is None:
        return sentence
    kind = str(device).partition(":")[0]
    name = translate(SIMULATED_WORD, language) if kind == SIMULATED_KIND else kind
    return translate(ON_DEVICE, language).format(device=name, sentence=sentence)


def smallest_input(diagnosis: Diagnosis, language: str) -> str:
    """Return the sentence with the smallest input that was found to fail, or `""`: for who may see a check's inputs."""
    if "smallest" not in diagnosis.private:
        return ""
    smallest = translate(N_("{function} fails already for {smallest}."), language)
    return _Forgiving().format(smallest, **diagnosis.private)


def what_it_means(diagnosis: Diagnosis, language: str, *, full: bool = False) -> str:
    """Return the explanation of the error of torch that a diagnosis is about; `""` where there is none.

    `full`: with the shapes and dtypes that stand in the error's text.
    """
    if diagnosis.kind not in OF_AN_EXCEPTION:
        return ""
    if full:
        return meaning(str(diagnosis.private.get("message", "")), language)
    return meaning_of_phrase(str(diagnosis.details.get("phrase", "")), language)


def place_of(name: str, language: str) -> str:
    """Return the name of a file, or of a notebook's cell in a language."""
    cell = _CELL.fullmatch(name)
    return translate(N_("{file}, cell {number}"), language).format(**cell.groupdict()) if cell else name


def _sentence(diagnosis: Diagnosis, language: str, full: bool) -> str:
    if diagnosis.kind == "variant":  # a known mistake: the course's own words first, then (in full) what was found
        message = str(diagnosis.details.get("message", ""))
        general = diagnosis.private.get("general") if full else None
        return f"{message}\n{explain(Diagnosis(**general), language, full=True)}" if general else message
    values = _in_language({**diagnosis.private, **diagnosis.details} if full else diagnosis.details, language)
    template = _template(diagnosis.kind, values, full)
    if template is None:
        return diagnosis.kind
    sentence = _Forgiving().format(translate(template, language), **values)
    if full and values.get("largest", "nan") != "nan":  # a NaN in the wrong place has no distance from a number
        sentence += " " + translate(N_("The largest difference is {largest}."), language).format(**values)
    path = values.get("path")
    if (path or values.get("of_a_scenario")) and "{path}" not in template:
        where = N_("In item {path} of your answer: {sentence}")
        if values.get("of_a_scenario"):
            # A scenario returns what its test looks at, and the student's functions return only parts of that: a number
            # in its list says nothing to who cannot read the test, and a place may have to stay private.
            unreadable = not path or (not full and _NUMBERS_ONLY.fullmatch(str(path)))
            where = N_("In item {path} of what this test looks at: {sentence}")
            where = N_("In what this test looks at: {sentence}") if unreadable else where
        sentence = translate(where, language).format(path=path, sentence=sentence[:1].lower() + sentence[1:])
    return " ".join(filter(None, (sentence, smallest_input(diagnosis, language) if full else "")))


def _template(kind: str, values: Mapping[str, Any], full: bool) -> str | None:
    """Return the sentence of a kind that says as much as `values` hold."""
    if full and f"{kind}.full" in MESSAGES:
        return MESSAGES[f"{kind}.full"]
    # From the sentence that says most to the one that needs nothing: what a student may not read is not in `values`.
    for template in (MESSAGES.get(f"{kind}.similar"), MESSAGES.get(f"{kind}.told")):
        if template is not None and all(name in values for _, name, _, _ in Formatter().parse(template) if name):
            return template
    return MESSAGES.get(kind)


def _in_language(details: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return `details` with those values in `language` that are English words of the framework itself."""
    values = dict(details)
    for key in _PHRASES:
        if isinstance(values.get(key), str):
            values[key] = translate(values[key], language)
    if "setting" in values:
        values["setting"] = translate(SETTING_WORDS.get(str(values["setting"]), ""), language) or values["setting"]
    if isinstance(values.get("limit"), float):
        values["limit"] = f"{values['limit']:g}"  # 4 seconds, and not 4.0
    if "cell" in values:
        values["cell"] = place_of(str(values["cell"]), language)
    if "message" in details and details["message"] == details.get("reason"):  # our own phrase, and no exception's
        values["message"] = values["reason"]
    return values
