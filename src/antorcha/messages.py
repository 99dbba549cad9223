"""Every sentence that explains a `Diagnosis`, in one table gathered from the rooms that find them."""

from __future__ import annotations

from string import Formatter
from typing import Any

from antorcha.accelerator.messages import MESSAGES as ACCELERATOR
from antorcha.accelerator.messages import ON_DEVICE, SIMULATED
from antorcha.accelerator.names import NAME
from antorcha.compare.messages import MESSAGES as COMPARE
from antorcha.compare.messages import SETTINGS
from antorcha.i18n import N_, translate
from antorcha.intake.messages import MESSAGES as INTAKE
from antorcha.results import Diagnosis
from antorcha.student.messages import MESSAGES as STUDENT

MESSAGES: dict[str, str] = {**INTAKE, **STUDENT, **COMPARE, **ACCELERATOR}


class _Forgiving(Formatter):
    """A missing placeholder shows its name: a clumsy sentence is better than a second error about the first."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(str(key), f"<{key}>")


def explain(diagnosis: Diagnosis, language: str, *, full: bool = False) -> str:
    """One or two sentences for the student: what happened, where, what to look at next.

    `full` also tells what depends on a check's inputs and on the answer (`Diagnosis.private`): for visible tests and
    for the instructor, never for the student's view of a hidden check.
    """
    sentence = _sentence(diagnosis, language, full)
    device = diagnosis.details.get("on_device")
    if device is None:
        return sentence
    kind = str(device).partition(":")[0]
    name = translate(SIMULATED, language) if kind == NAME else kind
    return translate(ON_DEVICE, language).format(device=name, sentence=sentence)


def smallest_input(diagnosis: Diagnosis, language: str) -> str:
    """The sentence with the smallest input that was found to fail, or `""`: for those who may see a check's inputs."""
    if "smallest" not in diagnosis.private:
        return ""
    smallest = translate(N_("{function} fails already for {smallest}."), language)
    return _Forgiving().format(smallest, **diagnosis.private)


def _sentence(diagnosis: Diagnosis, language: str, full: bool) -> str:
    if diagnosis.kind == "variant":
        return _explain_variant(diagnosis, language, full)
    values = {**diagnosis.private, **diagnosis.details} if full else diagnosis.details
    template = (MESSAGES.get(f"{diagnosis.kind}.full") if full else None) or MESSAGES.get(diagnosis.kind)
    if template is None:
        return diagnosis.kind
    if "setting" in values:
        word = SETTINGS.get(str(values["setting"]))
        values = {**values, "setting": translate(word, language) if word else values["setting"]}
    sentence = _Forgiving().format(translate(template, language), **values)
    path = values.get("path")
    if path and "{path}" not in template:
        sentence = translate(N_("In item {path} of your answer: {sentence}"), language).format(
            path=path, sentence=sentence[:1].lower() + sentence[1:]
        )
    return " ".join(one for one in (sentence, smallest_input(diagnosis, language) if full else "") if one)


def _explain_variant(diagnosis: Diagnosis, language: str, full: bool) -> str:
    """A known mistake: the course's own words first, then (in full) what was found."""
    sentence = str(diagnosis.details.get("message", ""))
    general = diagnosis.private.get("general") if full else None
    return f"{sentence}\n{explain(Diagnosis(**general), language, full=True)}" if general else sentence
