"""What the student room says, by kind of diagnosis: ends of a worker that are no answers."""

from __future__ import annotations

from antorcha.i18n import N_

MESSAGES: dict[str, str] = {
    "missing": N_("There is no function called {name} in your file."),
    "not_callable": N_("{name} exists in your file, but it is not a function: it is of type {type}."),
    "missing_after_stop": N_(
        "There is no function called {name}: your file stops at line {line} with {type}, before it is defined."
    ),
    "stopped": N_("Your file stops at line {line} with {type}. What is defined above that line still counts."),
    "stopped.full": N_(
        "Your file stops at line {line} with {type} ({message}). What is defined above that line still counts."
    ),
    "syntax": N_("Python cannot read your file: syntax error at line {line}."),
    "syntax.full": N_("Python cannot read your file: syntax error at line {line}, «{text}» ({message})."),
    "no_file": N_("There is no file for this topic. It should be called {filename}."),
    "cpu_limit": N_("Your code was stopped after {limit} seconds of computing. Is there a loop that does not end?"),
    "wall_limit": N_("Your code was stopped: no answer within {limit} seconds. Does it wait for something?"),
    "memory_limit": N_("Your code asked for more memory than it may use."),
    "thread_limit": N_("Your code started more threads than it may have. The exercises here need none of their own."),
    "file_limit": N_("Your code wrote more to files than it may. Is there a loop around what saves?"),
    "output_limit": N_("Your code was stopped: it printed more than {limit} bytes."),
    "result_limit": N_("Your answer is too large to be sent: more than {limit} bytes, or nested too deeply."),
    "process_exited": N_("Your code ended the process instead of returning an answer."),
    "crashed": N_("Python itself crashed while your code ran."),
    "crashed.full": N_("Python itself crashed while your code ran ({signal})."),
    "forged": N_("Your code interfered with how answers are sent. Such an answer does not count."),
    "loading": N_("Your file could not be loaded. {why}"),
    "cannot_run": N_("This check cannot run here; it says nothing about your code."),
    "cannot_run.full": N_("This check cannot run here: {why}"),
}
