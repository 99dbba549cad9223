"""The sentences of the README in a released folder, by the place where they stand."""

from __future__ import annotations

from antorcha.i18n import N_

README: dict[str, str] = {
    "intro": N_(
        "These are the exercises of the course, with tests that tell you at once what is right and what is not. "
        "You work in the files of the folder `exercises`; you need no graphics card and no connection after the set-up."
    ),
    "setup": N_("Set up, once"),
    "setup.python": N_(
        "You need Python {python}. Open a terminal in this folder, the one that holds `requirements.txt`, and type "
        "two lines. They make an environment of its own for the course, `.venv`, and install what the exercises need."
    ),
    "on.unix": N_("On Linux and macOS:"),
    "on.windows": N_("On Windows:"),
    "setup.size": N_(
        "PyTorch is a large download. On Linux it comes with support for graphics cards unless you first install the "
        "CPU version, as https://pytorch.org/get-started/locally shows, with the `pip` of the new environment."
    ),
    "work": N_("Work"),
    "work.read": N_("Read the lesson of a topic, then open its exercises in an editor:"),
    "work.column.topic": N_("Topic"),
    "work.column.lesson": N_("Lesson"),
    "work.column.exercises": N_("Exercises"),
    "work.map": N_("The topics from top to bottom, with arrows from each to those that build on it:"),
    "work.map.name": N_("Map of the course"),
    "work.write": N_(
        "Each function says what it must do. Replace `raise NotImplementedError` with your answer; where a function "
        "has code already, find its mistake. Keep the names of the functions and of their arguments. "
        "Where a text asks for a tuple, a list counts as well, and a tuple where it asks for a list, unless it says "
        "that the kind stays what it is."
    ),
    "run": N_("Run the tests"),
    "run.all": N_("This runs all of them. What you have not started yet costs nothing and is not an error."),
    "run.symbols": N_("What the symbols mean:"),
    "run.passed": N_("passed"),
    "run.not_started": N_("not started yet"),
    "run.failed": N_("not right yet: below you read what differs, and at the end once more in a line"),
    "run.answered": N_("a question that you have answered; whether the answer is right you learn after handing in"),
    "run.bar": N_(
        "how many exercises of a topic are done (`▒`: questions answered); the line `{next}` says where to go on"
    ),
    "run.options": N_("Options that help, to be added at the end of that line:"),
    "run.option.file": N_("only one topic"),
    "run.option.k": N_("only the tests with this in their name"),
    "run.option.v": N_("every test and every exercise by name, and all messages at once"),
    "run.option.x": N_("stop at the first answer that is not right"),
    "run.option.lf": N_("only what was not right the last time"),
    "run.option.s": N_("show at once what your code prints"),
    "run.option.pdb": N_(
        "stop inside your code where it raises an error, to look around (`q` ends it); "
        "for a wrong answer use `breakpoint()`"
    ),
    "run.option.device": N_(
        "run the tests that concern an accelerator there too: on a simulated one if your machine has none"
    ),
    "run.option.hint": N_("show a hint for the exercise to work on now; again for the next one"),
    "run.hint": N_(
        "Each exercise has hints in steps: first a question to ask yourself, then the place in the lesson, then the "
        "idea. `antorcha hint {exercise}` shows the first one, and again the next. How many you have used is written "
        "to the hidden folder `.antorcha` alone, which is never handed in."
    ),
    "run.watch": N_(
        "`antorcha watch` tries an exercise by itself each time that you save its file, and says where to go on. Its "
        "keys: `h` a hint (again for more), `l` all exercises, `r` put one back as it came (with a copy of your "
        "file), `a` try all, `i` another language, `q` end."
    ),
    "run.look": N_(
        "To see what happens inside a function, put a `print(...)` into it: the output stands below the test that "
        "failed. With `breakpoint()` Python stops at that line and you can look at every variable; type `c` to go on "
        "and `q` to end."
    ),
    "run.editor": N_(
        "In Visual Studio Code or PyCharm, open this folder, choose the Python of `.venv`, and the tests appear in the "
        "test view."
    ),
    "run.language": N_("The messages are in {language}. For another language ({others}) add this option:"),
    "hand_in": N_("Hand in"),
    "hand_in.files": N_(
        "Hand in the files with your answers, under the names that they have here. A notebook of the same name, such "
        "as `{notebook}`, with the same functions in its cells counts as well."
    ),
    "hand_in.update": N_(
        "Where the course team gives out a new release, `antorcha update ZIP` takes it into this folder: your answers "
        "stay, and it says what has changed."
    ),
    "hand_in.check": N_(
        "`antorcha submit-check` looks at them as grading will: whether each can be read and runs from top to bottom, "
        "what is answered, and whether a module of your own would be missed. It makes the zip to hand in."
    ),
    "hand_in.hidden": N_(
        "Your mark comes from these tests and from others, which call your functions with other arguments. What a "
        "function's description promises must hold for all of them."
    ),
}
