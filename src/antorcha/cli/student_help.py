"""The help of the commands that students use, in the language of the folder that they stand in."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from antorcha.i18n import N_, chosen_language, translate

_POSITIONAL = N_("arguments")
_OPTIONS = N_("options")
_USAGE = N_("usage: ")
_HELP_OPTION = N_("show this help and end")


def translate_help(parser: argparse.ArgumentParser) -> None:
    """Put a command's help into the student's language; texts that are marked with `N_` have a translation."""
    say = partial(translate, language=_language())
    parser.description = say(parser.description or "")
    for action in parser._actions:
        if action.help:
            action.help = say(_HELP_OPTION if isinstance(action, argparse._HelpAction) else action.help)
    parser._positionals.title, parser._optionals.title = say(_POSITIONAL), say(_OPTIONS)
    usage = say(_USAGE)

    class Formatter(argparse.HelpFormatter):
        def add_usage(
            self,
            usage_text: str | None,
            actions: Iterable[argparse.Action],
            groups: Iterable[argparse._MutuallyExclusiveGroup],
            prefix: str | None = None,
        ) -> None:
            super().add_usage(usage_text, actions, groups, usage if prefix is None else prefix)

    parser.formatter_class = Formatter


def _language() -> str:
    """Return the language of the released folder around this one, English where there is none."""
    from antorcha.course.manifest import find_released, language_around

    here = Path.cwd()
    return chosen_language(language_around(here) if find_released(here) else "en")
