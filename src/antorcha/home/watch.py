"""`antorcha watch`: a file is saved, and what became of the exercise that changed stands on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from antorcha.course.model import Topic
from antorcha.errors import UserError
from antorcha.hints.released import steps_of
from antorcha.hints.show import next_hint
from antorcha.hints.used import UsedHints
from antorcha.home.changes import Change, WatchedFiles
from antorcha.home.folder import StudentFolder
from antorcha.home.reset import reset
from antorcha.home.screen import KEYS, Screen, Shown
from antorcha.home.warm import Answer, WarmProcess
from antorcha.i18n import N_
from antorcha.intake.in_the_way import file_in_the_way, sentence_about
from antorcha.plugin.progress import Line, next_line

_LOOK_EVERY = 0.04  # seconds; a look asks for the time of each topic's file and no more
_YES = ("y", "s", "j", "o")  # yes, sí, ja, oui


@dataclass
class WatchSession:
    """The state of one watch: what is known of each exercise, what is still to be tried, and what is shown."""

    folder: StudentFolder
    warm: WarmProcess
    screen: Screen
    key: Callable[[], str]
    results: dict[str, Shown] = field(default_factory=dict)
    waiting: list[Change] = field(default_factory=list)
    running: Change | None = None
    focus: str = ""  # the exercise that the last save was about
    resetting: str = ""  # the exercise that is put back if the next key says yes

    def __post_init__(self) -> None:
        self.files = WatchedFiles(self.folder)
        self.used_hints = UsedHints(self.folder.root)

    def run(self) -> None:
        """Watch until somebody presses `q`, or Ctrl-C."""
        first = True
        path = file_in_the_way((self.folder.exercises, self.folder.root))
        if path is not None:
            self.screen.note(sentence_about(path, self.folder.language))
        while True:
            for change in self.files.changes():
                self._take(change, by_hand=not first)
            if first:
                self._draw()
            first = False
            self._ask_next()
            # Also while nothing is asked: a process that has ended is replaced before it is needed.
            if (answer := self.warm.answer(_LOOK_EVERY)) is not None:
                self._answered(answer)
            if not self._obey(self.key()):
                return

    def _take(self, change: Change, *, by_hand: bool) -> None:
        """Put a change in front of all that waits: whoever has just saved looks at the screen now."""
        if by_hand and self.running is not None:
            self.waiting.insert(0, self.running)  # it is given up, and tried again
            self.running = None
        earlier = [name for other in self.waiting if other.topic == change.topic for name in other.exercises]
        self.waiting = [other for other in self.waiting if other.topic != change.topic]
        merged = Change(change.topic, tuple(dict.fromkeys((*change.exercises, *earlier))))
        self.waiting.insert(0 if by_hand else len(self.waiting), merged)
        if by_hand:
            self.focus = change.exercises[0]

    def _ask_next(self) -> None:
        if self.running is None and self.waiting:
            self.running = self.waiting.pop(0)
            self.warm.ask(self.running.topic.name, list(self.running.exercises), self.folder.language)

    def _answered(self, answer: Answer) -> None:
        running, self.running = self.running, None
        if running is None:
            return
        if answer.problem:
            said = self.folder.say(N_("{topic} could not be tried: {problem}"))
            self.screen.note(said.format(topic=running.topic.name, problem=answer.problem.splitlines()[0]))
        shown = [Shown(**line) for line in answer.lines]
        self.results |= {line.exercise: line for line in shown}
        self.used_hints.remember({line.exercise: line.mistake for line in shown}, self.folder.language)
        wrong = [line.exercise for line in shown if line.state == "wrong"]
        if self.focus in running.exercises and wrong:
            self.focus = wrong[0]
        self.screen.tried(shown)
        self._draw()

    # ------------------------------------------------------------------------------------------------ what is shown

    def lines(self) -> list[Line]:
        """Return what is known of every exercise, in the course's order."""
        return [self._line(topic, exercise.name) for topic in self.folder.course.topics for exercise in topic.exercises]

    def _line(self, topic: Topic, name: str) -> Line:
        if name in self.files.new(topic):
            return Line(topic.name, name, "new")
        shown = self.results.get(name)
        if shown is None:
            return Line(topic.name, name, "unseen")
        return Line(topic.name, name, shown.state, shown.sentence, shown.mistake)

    def _draw(self) -> None:
        lines = self.lines()
        upcoming = next_line(lines)
        focus = self.results.get(self.focus) or (self.results.get(upcoming.exercise) if upcoming else None)
        self.screen.draw(lines, focus, upcoming)

    def _current(self) -> Line | None:
        """Return the exercise that a key is about: the one that changed last, unless it is done, else the next one."""
        lines = self.lines()
        last = next((line for line in lines if line.exercise == self.focus and line.state in ("wrong", "unseen")), None)
        return last or next_line(lines)

    # ------------------------------------------------------------------------------------------------ keys

    def _obey(self, key: str) -> bool:
        """Do what a key asks for; return `False` where it is to end the watch."""
        if not key:
            return True
        if self.resetting:
            self._reset_or_not(key)
        elif key == KEYS["quit"]:
            return False
        elif key == KEYS["all"]:
            self.waiting = [
                Change(topic, begun) for topic in self.folder.course.topics if (begun := self._begun(topic))
            ]
        elif key == KEYS["list"]:
            self.screen.list_all(self.lines())
        elif key == KEYS["language"]:
            self._speak_the_next_language()
        elif (current := self._current()) is not None and key == KEYS["hint"]:
            self._hint(current)
        elif current is not None and key == KEYS["reset"]:
            self.resetting = current.exercise
            text = self.folder.say(N_("Put {exercise} back to its stub? Your file is kept beside it. (y/n)"))
            self.screen.note(text.format(exercise=current.exercise))
        return True

    def _hint(self, line: Line) -> None:
        folder = self.folder
        steps = steps_of(folder.course, folder.exercises, line.topic, line.exercise, folder.language)
        self.screen.hint(line, next_hint(self.used_hints, line.exercise, steps, line.mistake, folder.language))

    def _begun(self, topic: Topic) -> tuple[str, ...]:
        new = self.files.new(topic)
        return tuple(exercise.name for exercise in topic.exercises if exercise.name not in new)

    def _speak_the_next_language(self) -> None:
        languages = list(self.folder.course.languages)
        place = languages.index(self.folder.language) + 1 if self.folder.language in languages else 0
        self.folder = replace(self.folder, language=languages[place % len(languages)])
        self.screen.folder = self.folder
        self._obey(KEYS["all"])  # their sentences are in the other language
        self._draw()

    def _reset_or_not(self, key: str) -> None:
        exercise, self.resetting = self.resetting, ""
        if key.lower() not in _YES:
            self._draw()
            return
        topic = next(line.topic for line in self.lines() if line.exercise == exercise)
        try:
            backup = reset(self.folder, topic, exercise)
        except UserError as error:
            self.screen.note(str(error))
            return
        self.results.pop(exercise, None)
        said = self.folder.say(N_("{exercise} is as it came; your file as it was is {backup}"))
        self.screen.note(said.format(exercise=exercise, backup=backup.relative_to(self.folder.root).as_posix()))
