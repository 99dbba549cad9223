"""The fixed text of a page for instructors, in its language."""

from __future__ import annotations

from collections.abc import Mapping

from antorcha.i18n import translate


class Words:
    """A page's texts by their names, in a language: `words.say("bin", low=0, high=10, count=3)`."""

    def __init__(self, texts: Mapping[str, str], language: str) -> None:
        self._texts = {name: translate(text, language) for name, text in texts.items()}

    def say(self, name: str, **values: object) -> str:
        """Return the text of a name, with values in it."""
        return self._texts[name].format(**values)
