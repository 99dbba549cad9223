"""The README of a released folder, in the student's language."""

from __future__ import annotations

from collections.abc import Iterator

from antorcha.course.model import Course
from antorcha.i18n import N_, translate
from antorcha.i18n.catalog import course_catalog
from antorcha.release.readme_text import README
from antorcha.sources.hints import hints_path
from antorcha.sources.stubs import lesson_path

_NAMES = {"es": "español", "en": "English"}  # each in itself; another language is shown by its code
MAP_FILE = "course.svg"  # the picture of the course, beside the README

_UNIX = ".venv/bin/"
_WINDOWS = ".venv\\Scripts\\"


def render_readme(course: Course, language: str, requires_python: str) -> str:
    """Return the text of `README.md`. `requires_python` is a wheel's, such as ">=3.11"."""
    return "\n".join(_Readme(course, language, requires_python).lines()) + "\n"


class _Readme:
    """The sections of a README, each as lines of Markdown."""

    def __init__(self, course: Course, language: str, requires_python: str) -> None:
        self.course = course
        self.language = language
        self.python = requires_python
        self.title = course_catalog(course, language).gettext

    def say(self, key: str, **values: str) -> str:
        """Return a sentence of `README` in the student's language."""
        return translate(README[key], self.language).format(**values)

    def lines(self) -> Iterator[str]:
        """Yield the whole README, line by line."""
        yield from (f"# {self.title(self.course.title)}", "", self.say("intro"), "")
        yield from self.setup()
        yield from self.work()
        yield from self.run()
        yield from self.hand_in()

    def setup(self) -> Iterator[str]:
        yield from self.heading("setup")
        yield from (self.say("setup.python", python=self.python.replace(">=", "≥ ")), "")
        yield from self.commands("on.unix", "python3 -m venv .venv", f"{_UNIX}pip install -r requirements.txt")
        yield from self.commands("on.windows", "py -m venv .venv", f"{_WINDOWS}pip install -r requirements.txt")
        yield from (self.say("setup.size"), "")

    def work(self) -> Iterator[str]:
        yield from self.heading("work")
        yield from (self.say("work.read"), "")
        columns = [self.say(f"work.column.{column}") for column in ("topic", "lesson", "exercises")]
        yield from (_row(*columns), _row(*["---"] * len(columns)))
        for topic in self.course.topics:
            lesson = f"[{topic.name}.md](exercises/{topic.name}.md)" if self.has_lesson(topic.name) else ""
            exercises = f"[{topic.name}.py](exercises/{topic.name}.py)"
            yield _row(self.title(topic.title) if topic.title else topic.name, lesson, exercises)
        yield from ("", self.say("work.map"), "", f"![{self.say('work.map.name')}]({MAP_FILE})", "")
        yield from (self.say("work.write"), "")

    def run(self) -> Iterator[str]:
        first = self.course.topics[0]
        yield from self.heading("run")
        yield from (self.say("run.all"), "")
        yield from self.commands("on.unix", f"{_UNIX}pytest exercises/")
        yield from self.commands("on.windows", f"{_WINDOWS}pytest exercises/")
        yield from (self.say("run.symbols"), "")
        yield from self.table(
            ("`.`", self.say("run.passed")),
            ("`·`", self.say("run.not_started")),
            ("`F` `✗`", self.say("run.failed")),
            ("`?`", self.say("run.answered")),
            ("`██▒░░`", self.say("run.bar", next=self.next_word())),
        )
        yield from (self.say("run.options"), "")
        yield from self.table(
            (f"`-k test_{first.name}`", self.say("run.option.file")),
            (f"`-k {first.exercises[0].name}`", self.say("run.option.k")),
            ("`-v`", self.say("run.option.v")),
            ("`-x`", self.say("run.option.x")),
            ("`--lf`", self.say("run.option.lf")),
            ("`-s`", self.say("run.option.s")),
            *([("`--hint`", self.say("run.option.hint"))] if self.has_hints else []),
            ("`--pdb`", self.say("run.option.pdb")),
            ("`--device=all`", self.say("run.option.device")),
        )
        if self.has_hints:
            yield from (self.say("run.hint", exercise=first.exercises[0].name), "")
        yield from (self.say("run.watch"), "", self.say("run.look"), "", self.say("run.editor"), "")
        yield from self.other_languages()

    def other_languages(self) -> Iterator[str]:
        others = [language for language in self.course.languages if language != self.language]
        if others:
            names = ", ".join(_NAMES.get(language, language) for language in others)
            spoken = _NAMES.get(self.language, self.language)
            yield from (self.say("run.language", language=spoken, others=names), "")
            yield from _code(f"--antorcha-language {others[0]}")

    def hand_in(self) -> Iterator[str]:
        yield from self.heading("hand_in")
        yield from (self.say("hand_in.files", notebook=f"{self.course.topics[0].name}.ipynb"), "")
        yield from (f"- `exercises/{topic.name}.py`" for topic in self.course.topics)
        yield from ("", self.say("hand_in.check"), "", self.say("hand_in.hidden"))
        yield from ("", self.say("hand_in.update"))

    def next_word(self) -> str:
        """Return the first word of the line that the terminal view ends with, up to its colon."""
        return translate(N_("Next: {name} ({where})"), self.language).partition(":")[0] + ":"

    @property
    def has_hints(self) -> bool:
        return any(hints_path(self.course, topic.name).is_file() for topic in self.course.topics)

    def has_lesson(self, topic: str) -> bool:
        return lesson_path(self.course, topic).is_file()

    def heading(self, key: str) -> Iterator[str]:
        yield from (f"## {self.say(key)}", "")

    def commands(self, key: str, *lines: str) -> Iterator[str]:
        yield from (self.say(key), "")
        yield from _code(*lines)

    def table(self, *rows: tuple[str, str]) -> Iterator[str]:
        yield from ("| | |", "|---|---|")
        yield from (_row(*row) for row in rows)
        yield ""


def _code(*lines: str) -> Iterator[str]:
    yield from ("```", *lines, "```", "")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
