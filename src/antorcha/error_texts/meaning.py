"""The explanation of an error of torch: which operand has which shape or dtype, what it means, what people do then."""

from __future__ import annotations

import re
from functools import cache

from antorcha.error_texts.recognise import details_of, phrases, recognise
from antorcha.i18n import translate

# How torch writes dtypes in its texts, and their names.
DTYPES = {
    text: name
    for name, texts in {
        "float32": ("Float", "float"),
        "float64": ("Double", "double"),
        "float16": ("Half", "c10::Half"),
        "bfloat16": ("BFloat16", "c10::BFloat16"),
        "int64": ("Long", "long", "long int"),
        "int32": ("Int", "int"),
        "int16": ("Short",),
        "int8": ("Char",),
        "uint8": ("Byte",),
        "bool": ("Bool", "bool"),
        "complex64": ("ComplexFloat",),
        "complex128": ("ComplexDouble",),
    }.items()
    for text in texts
}


class _Numbers(str):
    """Numbers and shapes in a text. `first` and `last`: the first and the last of them."""

    @property
    def first(self) -> str:
        return next(iter(re.findall(r"-?\d+", self)), "?")

    @property
    def last(self) -> str:
        return next(reversed(re.findall(r"-?\d+", self)), "?")


def meaning(message: str, language: str) -> str:
    """Return the explanation of an exception's text with the values in it, `""` for one that has none."""
    known = recognise(message)
    if known is None or not known.phrase.meaning:
        return ""
    named = known.named()
    if any(kind == "dtype" and _dtype(value) is None for kind, value in named.values()):
        return ""  # the words are torch's and the dtype is not: somebody else has written them
    values = {name: _shown(kind, value) for name, (kind, value) in named.items()} | details_of(known.phrase, message)
    here = known.phrase.here
    wanted = set(re.findall(r"\{(\w+)", here))
    sentences = [translate(here, language).format(**values)] if here and wanted <= values.keys() else []
    return " ".join([*sentences, translate(known.phrase.meaning, language)])


def meaning_of_phrase(text: str, language: str) -> str:
    """Return the explanation of a phrase by its fixed text: it holds nothing that depends on a program's values."""
    return translate(_meanings().get(text, ""), language)


@cache
def _meanings() -> dict[str, str]:
    return {phrase.text: phrase.meaning for phrase in phrases()}


def _shown(kind: str, value: str) -> str:
    if kind == "numbers":
        return _Numbers(value.removeprefix("torch.Size(").removesuffix(")") if "torch.Size(" in value else value)
    return f"torch.{_dtype(value)}" if kind == "dtype" else value


def _dtype(text: str) -> str | None:
    name = text.removeprefix("torch.")
    return DTYPES.get(name) or (name if name in DTYPES.values() else None)
