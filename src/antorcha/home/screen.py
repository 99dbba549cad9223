"""The screen of a watch: redrawn in a terminal, plain lines where the output goes elsewhere."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass

from antorcha.console import written_in
from antorcha.hints.show import Hint, hint_lines
from antorcha.home.folder import StudentFolder
from antorcha.i18n import N_
from antorcha.i18n.catalog import course_catalog
from antorcha.plugin.progress import Line, State, bar, line_of

KEYS = {"hint": "h", "list": "l", "reset": "r", "all": "a", "language": "i", "quit": "q"}
_KEY_WORDS = {
    "hint": N_("hint"),
    "list": N_("list"),
    "reset": N_("reset"),
    "all": N_("run all"),
    "language": N_("language"),
    "quit": N_("quit"),
}
_SYMBOLS: dict[State, str] = {"done": "✓", "answered": "?", "wrong": "✗", "new": "·", "unseen": "…"}
_COLOURS: dict[State, str] = {"done": "32", "answered": "36", "wrong": "31", "new": "0", "unseen": "0"}  # of ANSI
_CLEAR = "\x1b[2J\x1b[H"
_BAR = 20  # characters


@dataclass(frozen=True)
class Shown:
    """An exercise that was tried. `text`: all of the check that says most; `printed`: by the exercise's code."""

    topic: str
    exercise: str
    state: State
    sentence: str
    mistake: str = ""
    text: str = ""
    printed: str = ""


class Screen:
    """The lines that a watch writes."""

    def __init__(self, folder: StudentFolder) -> None:
        self.folder = folder
        self.drawn = sys.stdin.isatty() and sys.stdout.isatty()
        self._note = ""

    def draw(self, lines: list[Line], focus: Shown | None, upcoming: Line | None) -> None:
        """Show the progress, the exercise in focus and where to go on; without a terminal only the last of these."""
        where = self._next(lines, upcoming)
        if not self.drawn:
            self._write([where])
            return
        title = course_catalog(self.folder.course, self.folder.language).gettext(self.folder.course.title)
        keys = "  ".join(f"[{KEYS[name]}] {self.folder.say(word)}" for name, word in _KEY_WORDS.items())
        around = [f"Antorcha · {title}", "", *self._focus(focus), "", where]
        room = shutil.get_terminal_size().lines - len(around) - 4
        self._write([_CLEAR + around[0], *around[1:], "", *self._topics(lines, focus, room), "", self._note or keys])
        self._note = ""

    def tried(self, shown: list[Shown]) -> None:
        """Write a line for each exercise that was tried, where nothing is drawn."""
        if self.drawn:
            return
        for line in shown:
            sentence = f"  {line.sentence.splitlines()[0]}" if line.sentence else ""
            self._write([f"{_SYMBOLS[line.state]} {line.topic}.{line.exercise}{sentence}"])

    def note(self, text: str) -> None:
        """Write a line under everything, and once more in the place of the keys when all is drawn anew."""
        self._note = text
        self._write([text])

    def list_all(self, lines: list[Line]) -> None:
        """Show every exercise with its state."""
        out = []
        for topic in dict.fromkeys(line.topic for line in lines):
            names = [f"{_SYMBOLS[line.state]} {line.exercise}" for line in lines if line.topic == topic]
            out += [f" {topic}", f"   {'  '.join(names)}"]
        self._write([(_CLEAR if self.drawn else "") + out[0], *out[1:]])

    def hint(self, line: Line, hint: Hint) -> None:
        """Show the hints for an exercise as far as they were asked for, and where its lesson is."""
        lesson = self.folder.say(N_("The lesson is in {path}.")).format(path=f"exercises/{line.topic}.md")
        said = ["", *line.sentence.splitlines()] if line.sentence and line.sentence != line.mistake else []
        title, *steps = hint_lines(hint, min(100, shutil.get_terminal_size().columns))
        self._write([(_CLEAR if self.drawn else "") + title, *steps, "", lesson, *said])

    def _focus(self, focus: Shown | None) -> list[str]:
        """Return the lines about the exercise that changed last."""
        if focus is None:
            return []
        head = self._coloured(f"{_SYMBOLS[focus.state]} {focus.exercise}", focus.state)
        printed = [f"    {line}" for line in focus.printed.rstrip().splitlines()]
        return [head, *(focus.text or focus.sentence).splitlines(), *printed]

    def _topics(self, lines: list[Line], focus: Shown | None, room: int) -> list[str]:
        """Return a line for each topic; in a small terminal only that of the exercise in focus."""
        topics = list(dict.fromkeys(line.topic for line in lines))
        width = max(map(len, topics))
        if len(topics) > room:
            topics = [topic for topic in topics if focus is not None and topic == focus.topic] or topics[:1]
        rows = []
        for topic in topics:
            own = [line for line in lines if line.topic == topic]
            done = sum(line.state == "done" for line in own)
            count = self.folder.say(N_("{done} of {total} exercises")).format(done=done, total=len(own))
            rows.append(f" {topic:<{width}}  {bar(own, _BAR)}  {count}")
        return rows

    def _next(self, lines: list[Line], upcoming: Line | None) -> str:
        if upcoming is None:
            busy = any(line.state == "unseen" for line in lines)
            return self.folder.say(N_("Trying your answers ...") if busy else N_("Everything is answered. Well done!"))
        path = self.folder.exercises / f"{upcoming.topic}.py"
        number = line_of(path, upcoming.exercise)
        where = f"exercises/{path.name}" + (f":{number}" if number else "")
        return self.folder.say(N_("Next: {name} ({where})")).format(name=upcoming.exercise, where=where)

    def _coloured(self, text: str, state: State) -> str:
        return f"\x1b[{_COLOURS[state]}m{text}\x1b[0m" if self.drawn else text

    def _write(self, lines: list[str]) -> None:
        """Write lines, with plain signs where the console has no others."""
        sys.stdout.write(written_in("\n".join(lines) + "\n", sys.stdout.encoding or "ascii"))
        sys.stdout.flush()
