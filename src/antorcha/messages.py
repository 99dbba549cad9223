"""Every sentence that explains a `Diagnosis`, by its kind: one table, and `antorcha.explain` puts the values in.

`kind` is the sentence that a hidden check may show: it tells the class of the difference and nothing that depends on
the check's inputs; its placeholders are keys of `Diagnosis.details`. `kind.told`, or `kind.similar`, takes its place
where `details` has all that it names, because the student could know it (`antorcha.disclosure`). `kind.full` is for
visible tests and for the instructor: it may use `Diagnosis.private` too.
"""

from __future__ import annotations

from antorcha.i18n import N_

# Why a file gives no source at all.
_UNUSABLE_FILES: dict[str, str] = {
    "empty_file": N_("{file} is empty. Was it saved before it was handed in?"),
    "too_large": N_(
        "{file} is larger than {limit}, so it was not read. Hand in the code only, without data or outputs."
    ),
    "not_regular_file": N_(
        "{file} is not an ordinary file (it is {what}), so it was not read. Hand in the file itself."
    ),
    "unreadable_file": N_("{file} could not be read: {reason}. Hand it in again."),
    "not_utf8": N_(
        "{file} is not UTF-8 text: line {line} holds the byte {byte}. Save it again with the encoding UTF-8."
    ),
    "unknown_encoding": N_(
        "{file} says that its encoding is {encoding}, which is not one that can be read. Save it as UTF-8 and "
        "remove that line."
    ),
    "nul_bytes": N_("{file} holds a NUL byte at line {line}, so it is not text. Save it again as UTF-8."),
    "syntax_error": N_(
        "{file} is not valid Python: {reason}, at line {line}: {text}. Nothing in the file can run until that "
        "line is mended."
    ),
    "newer_python": N_(
        "{file} uses syntax of Python {needed}, and Python {running} is what reads it here. Line {line}: {text}. "
        "Nothing in the file can run until that line is written otherwise."
    ),
    "too_complex": N_("{file} is nested too deeply, or takes too long to read, for Python to compile it."),
    "broken_notebook": N_(
        "{file} is not a readable notebook ({reason}). Open it in Jupyter, save it and hand it in again."
    ),
    "notebook_too_deep": N_("{file} is not a notebook: its JSON is nested far deeper than Jupyter ever writes."),
    "notebook_without_code": N_("{file} has no code cell with anything in it."),
    "notebook_too_many_cells": N_("{file} has {count} code cells; at most {limit} are read."),
    "no_usable_cell": N_("No code cell of {file} is valid Python, so nothing could run. The first: {reason}, {cell}."),
}

# What to say about a file that was read.
_FILE_NOTES: dict[str, str] = {
    "name_guessed": N_(
        "{file} was taken as the submission for {topic}, because of {found}. Next time name it {wanted}."
    ),
    "another_file": N_("There are several files for {topic}: {used} was graded, {file} was not."),
    "files_joined": N_("{used} and {file} each hold a part of {topic}: they were graded as one."),
    "other_encoding": N_("{file} is not UTF-8 text: it was read as {encoding}. Next time save it as UTF-8."),
    "written_by_a_cell": N_("{cell} writes {file}: its code was taken as part of the notebook."),
    "cell_newer_python": N_(
        "{cell} uses syntax of Python {needed}, and Python {running} is what reads it here. Line {line}: {text}. "
        "The cell was left out; the others ran."
    ),
    "really_a_notebook": N_("{file} is a notebook with the name of a module; it was read as a notebook."),
    "cell_syntax_error": N_(
        "{cell} is not valid Python: {reason}, at line {line}: {text}. The cell was left out; the others ran."
    ),
    "cell_unreadable": N_("{cell} could not be read as Python text, so it was left out; the others ran."),
    "cell_set_aside": N_("{cell} was left out: {magic} is a command of Jupyter, and not Python."),
    "magic_set_aside": N_("{cell}: commands of Jupyter were left out. Lines: {lines}. The first one: {text}."),
    "more_notes": N_("There are {count} more notes of this sort about {file}."),
}

# What to say about a submission as a folder.
_FOLDER_NOTES: dict[str, str] = {
    "file_set_aside": N_(
        "{file} was not graded: neither its name nor the functions in it belong to one topic of the course."
    ),
    "foreign_set_aside": N_("Files that are neither modules nor notebooks were not read: {files}."),
    "unsafe_path": N_("{file} was not read: inside an archive its name points outside the submission."),
    "archive_broken": N_("{file} could not be opened as an archive. Pack it again as a .zip file."),
    "not_unpacked": N_("{file} could not be unpacked from its archive. Pack the files again as a .zip file."),
    "archive_too_large": N_("{file} unpacks to more than {limit}, so it was not read. Hand in the code only."),
    "archive_encrypted": N_("{file} is protected with a password, so it could not be read. Pack it without one."),
    "archive_unsupported": N_("{file} is an archive of a kind that cannot be read. Pack it as a .zip file."),
    "archive_nested": N_("{file} is an archive inside an archive, so it was not read. Pack the files once only."),
    "too_many_files": N_("The submission has too many files; only the first {limit} were looked at."),
    "too_many_archives": N_("{file} was not opened: at most {limit} archives of a submission are."),
    "archive_empty": N_("{file} is an archive with no file in it."),
    "too_deep": N_("{file} was not looked at: it lies deeper than {limit} folders that hold several things."),
    "not_listed": N_("{file}: {count} more files that are neither modules nor notebooks were not looked at."),
    "leftover": N_("{file} is what a system, an editor or a tool leaves behind; it was not read."),
    "course_file": N_("{file} belongs to the course itself; it was not read."),
    "nobodys_file": N_("{file} belongs to no student; it was not read."),
    "not_a_source": N_("{file} is neither a module nor a notebook, so it was not read."),
    "online_text": N_("{file} is text written into the platform's page, not a file; it was not read."),
    "more_files": N_("There are {count} more notes of this sort about other files."),
    "namesakes": N_("These were taken for different people, though their names look alike: {students}."),
    "nothing_handed_in": N_("Nothing was handed in."),
    "nothing_usable": N_("Nothing to grade was found in this submission. These files were expected: {wanted}."),
}

# Where loading or calling the student's code ended without an answer.
NO_ANSWER: dict[str, str] = {
    "missing": N_("A function that this check calls is not in your file."),
    "missing.similar": N_("There is no function called {name} in your file. Did you mean it by {similar}?"),
    "missing.told": N_("There is no function called {name} in your file."),
    "not_callable": N_("What this check calls exists in your file, but it is not a function: it is of type {type}."),
    "not_callable.told": N_("{name} exists in your file, but it is not a function: it is of type {type}."),
    "missing_set_aside": N_(
        "There is no {name}: the statement that makes it is left out ({cell}, line {line}: {reason})."
    ),
    "needs_set_aside": N_(
        "At line {at} your code needs {name}, and the statement that makes it is left out "
        "({cell}, line {line}: {reason})."
    ),
    "set_aside": N_("{cell}, line {line}, is left out ({reason}): «{text}». Everything else in your file counts."),
    "set_aside.full": N_(
        "{cell}, line {line}, is left out ({message}): «{text}». Everything else in your file counts."
    ),
    "set_aside_package": N_(
        "{cell}, line {line}, is left out, since there is no package {package} here: «{text}». "
        "Everything else in your file counts."
    ),
    "set_aside_several": N_(
        "{count} statements of your file are left out, and everything else counts. The first is {cell}, line {line} "
        "({reason}): «{text}». The others: {others}."
    ),
    "defined_twice": N_("{name} is defined more than once: {first} and {last}. The last one counts."),
    "syntax": N_("Python cannot read your file: syntax error at line {line}."),
    "syntax.full": N_("Python cannot read your file: syntax error at line {line}, «{text}» ({reason})."),
    "no_file": N_("There is no file for this topic. It should be called {filename}."),
    "cpu_limit": N_("Your code was stopped after {limit} seconds of computing. Is there a loop that does not end?"),
    "cpu_limit.told": N_(
        "{exercise} was stopped after {limit} seconds of computing. It had come to line {line}: «{text}». If there is "
        "a loop around that line: is the condition that ends it ever met?"
    ),
    "wall_limit": N_("Your code was stopped: no answer within {limit} seconds. Does it wait for something?"),
    "memory_limit": N_("Your code asked for more memory than it may use."),
    "memory_limit.told": N_(
        "{exercise} was stopped when it took {limit} MiB more than before. It had come to line {line}: «{text}». Does "
        "something grow there each time, such as a list in a loop that does not end?"
    ),
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

# How an answer differs from the reference's.
DIFFERENCES: dict[str, str] = {
    # Whether there is no return or one that gives None is not to be seen from outside.
    "nothing_returned": N_(
        "Your function returned None; its answer should be of type {expected}. Either it comes to its end without a "
        "return, or what it returns is None here."
    ),
    "nothing_inside": N_("There is a None inside your answer, where a value was expected."),
    "nothing_inside.told": N_("There is a None in your answer, at {path}, where a value was expected."),
    "nothing_there": N_(
        "There is a None where this test expects a value of type {expected}. Did your function return None, or leave "
        "something without a value?"
    ),
    "type": N_("Your answer is of type {got}; it should be {expected}."),
    "not_called": N_(
        "Your answer is a function that was not called; it should be of type {expected}. Are its parentheses missing?"
    ),
    "shape": N_("The shape of your answer is wrong."),
    "shape.full": N_("The shape of your answer is {got}; it should be {expected}."),
    "ndim": N_("Your answer has the wrong number of axes."),
    "ndim.full": N_("Your answer has shape {got}; it should be {expected}. The number of axes differs."),
    "dtype": N_("The dtype of your answer is {got}; it should be {expected}. The values may look the same."),
    "device": N_("Your answer lives on another device than it should."),
    "device.full": N_("Your answer lives on {got}; it should be on {expected}."),
    "layout": N_("The layout of your answer is {got}; it should be {expected}."),
    "strides": N_("The memory layout (strides) of your answer is wrong."),
    "strides.full": N_("The strides of your answer are {got}; they should be {expected}."),
    "value": N_("Shape and type are right, but the values are not."),
    "value.full": N_(
        "The values differ in {count} of {total} elements. The first is at index {where}: expected {expected}, "
        "got {got}."
    ),
    "value_0d": N_("The value of your answer is wrong."),
    "value_0d.full": N_("The value of your answer is {got}; it should be {expected}."),
    "number": N_("The number that you returned is wrong."),
    "truth_value": N_("The truth value (True or False) that you returned is wrong."),
    "truth_value.full": N_("You returned {got}; it should be {expected}."),
    "number.full": N_("You returned {got}; it should be {expected}."),
    "other": N_("Your answer is of the right type but is not the expected one."),
    "other.full": N_("You returned {got}; it should be {expected}."),
    "length": N_("Your answer has the wrong number of items."),
    "length.full": N_("The number of items in your answer is {got}; it should be {expected}."),
    "key_missing": N_("Your answer lacks an entry that it should have."),
    "key_missing.told": N_("Your answer has no entry {key}."),
    "key_extra": N_("Your answer has an entry too many."),
    "key_extra.full": N_("Your answer has an entry {key} that should not be there."),
    "gradient_missing": N_(
        "Your answer is cut off from the graph: no gradient reaches the input. Look for detach(), .data, item(), "
        "torch.no_grad(), NumPy or a new tensor made from numbers."
    ),
    "gradient_missing_argument": N_(
        "No gradient reaches tensor argument {number}, though one reaches another. Somewhere it is cut off: look for "
        "detach(), .data, item(), torch.no_grad(), NumPy or a new tensor made from numbers."
    ),
    "gradient_unwanted": N_("Your answer requires a gradient and should not."),
    "gradient": N_("The answer is right, but its gradient with respect to tensor argument {number} is not."),
    "argument_changed": N_("Your function changed one of its arguments. The caller still needs it as it was."),
    "argument_changed.told": N_("Your function changed its argument {argument}. The caller still needs it as it was."),
    "handed_content": N_("Your function changed its argument {argument}. The caller still needs it as it was."),
    "handed_mode": N_(
        "Your function left the model in its argument {argument} in another mode, training or evaluation, "
        "than it came in."
    ),
    "handed_requires_grad": N_(
        "Your function changed whether its argument {argument} wants gradients. The caller still needs it as it was."
    ),
    "handed_gradient": N_(
        "Your function changed a gradient that was there before the call: that of its argument {argument}, or of a "
        "parameter in it. The caller still needs it as it was."
    ),
    "argument_not_changed": N_("Your function should change one of its arguments in place, and did not do so rightly."),
    "argument_not_changed.told": N_(
        "Your function should change its argument {argument} in place, and did not do so rightly."
    ),
    "argument_touched": N_("Your function wrote into an argument in place. Work on a new tensor instead."),
    "memory_shared": N_(
        "Your answer shares its memory with an argument: who changes one changes the other. Return a copy."
    ),
    "memory_not_shared": N_("Your answer is a copy; it should share its memory with the argument."),
    "training_mode": N_("Your module is in the wrong mode. Think of train() and eval()."),
    "optimizer": N_("Your optimizer is not the one that the text asks for."),
    "optimizer.full": N_("Your optimizer is a {got}; it should be a {expected}."),
    "too_many_operations": N_("Your code uses more than {limit} tensor operations. Is there a loop over the rows?"),
    "too_many_operations.full": N_(
        "Your code uses {got} tensor operations; {limit} are enough. Is there a loop over the rows?"
    ),
    "operation_forbidden": N_("Your code uses {operation}, which this exercise asks you to do without."),
    "global_state": N_("Your code changed something that the whole program shares, and left it changed: {setting}."),
    "error_expected": N_("For this input your function should raise an exception, and it raised nothing."),
    "error_expected.told": N_("For this input your function should raise {type}, and it raised nothing."),
    "error_other": N_("Your function raised {got_type}; it should raise an exception of another type here."),
    "error_other.told": N_("Your function raised {got_type}; it should raise {type} here."),
    "error_other.full": N_("Your function raised {got_type} ({message}); it should raise {type} here."),
    "error_message": N_(
        "Your function raises an exception, as it should, but the message does not say what it has to."
    ),
    "error_message.told": N_("Your function raises {type}, as it should, but the message does not say what it has to."),
    "error_message.full": N_(
        "Your function raises {type}, as it should, but its message is «{message}». It could be: «{expected}»."
    ),
    "raised": N_("Your code raised {type} at line {line}."),
    "raised.told": N_("Your code raised {type} at line {line}: {says}"),
    "raised.full": N_("Your code raised {type} at line {line}, «{text}»: {message}"),
    "raised_nowhere": N_("Calling your function raised {type}. Do its name and parameters match the stub's?"),
    "raised_outside": N_("Calling your function, or using what it returned, raised {type}, and in no line of yours."),
    "raised_outside.told": N_(
        "Calling your function, or using what it returned, raised {type}, and in no line of yours: {says}"
    ),
    "raised_outside.full": N_(
        "Calling your function, or using what it returned, raised {type}, and in no line of yours: {message}"
    ),
    "not_permitted": N_(
        "Your code, or what it returned, met a {type}. In grading, code starts no other processes and uses neither the "
        "network nor files outside its own folder."
    ),
    "not_permitted.full": N_(
        "Your code, or what it returned, met a {type} ({message}). In grading, code starts no other processes and uses "
        "neither the network nor files outside its own folder."
    ),
    "raised_nowhere.told": N_("Calling your function raised {type}: {says}"),
    "raised_nowhere.full": N_("Calling your function raised {type}: {message}"),
    "exited": N_("Your code ended the program (exit). A function returns its answer instead."),
    "not_started": N_("Not started yet."),
    "calls_unanswered": N_("Your code calls {function}, and that exercise has no answer yet. Answer it first."),
    "said": "{message}",  # a sentence of the course's own, translated already
    "has_nan": N_("Your answer has NaN, which is no number, and a right one has none here."),
    "unusable": N_("The test could not work with your answer. Is it of the type that the text asks for?"),
    "unusable.full": N_("The test could not work with your answer: {message}"),
    "unusable_none": N_(
        "The test met a None where it needs a value. Did your function return None, or leave a part without a value?"
    ),
    "unusable_count": N_("There are more or fewer parts in your answer than the test looks at."),
    "unusable_count.full": N_("There are more or fewer parts in your answer than the test looks at: {message}"),
    "cannot_be_passed_on": N_(
        "The test hands your answer on to the next call, and cannot: there is a {type} in it, which is no data. "
        "Did you return a function without calling it?"
    ),
    "too_large_to_pass_on": N_(
        "The test hands your answer on to the next call, and cannot: it is too large, or nested too deeply."
    ),
    "assertion": N_("Something that the test asserts does not hold for your answer."),
    "assertion.full": N_("Something that the test asserts does not hold for your answer: {message}"),
    "no_evidence": N_("The check ended before your answer could be compared."),
    "grader_error": N_("The check itself failed. This is not your fault; please tell your instructor."),
    "grader_error.full": N_("The check itself failed: {message}"),
}

# What concerns GPUs and the simulated accelerator.
_DEVICES: dict[str, str] = {
    "no_device": N_("This could not be tested on a GPU here; it says nothing about your code."),
    "no_device.full": N_("This could not be tested on the device {device}: {why}."),
    "device_lost": N_("The GPU could not be used, so this was not tested on a GPU; it says nothing about your code."),
    "device_lost.full": N_("The device {device} could not be used: {why}."),
    "device_broken": N_("An error that your code caused on the GPU before kept this from running."),
    "mixed_devices": N_(
        "At line {line} of your code, tensors on two devices meet. Create new tensors on the device of the tensor "
        "that you were given (device=x.device), and move a model with .to(device)."
    ),
    "mixed_devices.full": N_(
        "At line {line}, «{text}», tensors on two devices meet. Create new tensors on the device of the tensor that "
        "you were given (device=x.device), and move a model with .to(device)."
    ),
    "data_of_another_kind": N_(
        "At line {line} of your code, .data is given a tensor of another kind: one on another device, or a sparse one. "
        "Some devices refuse that, the simulated accelerator among them. Move a tensor or a model with .to(device)."
    ),
    "numpy_of_device": N_(
        "At line {line} of your code, a tensor on an accelerator is handed to NumPy, which knows only the CPU's "
        "memory. Use .cpu() first, or stay with torch."
    ),
}

# About marks under the rules of a class. Those of whom nobody can say how late they are only the instructor reads.
_MARKS: dict[str, str] = {
    "extended": N_("You have an extension: for you the due date is {due}."),
    "late_penalty": N_("Handed in {late} after the due date ({due}): {share} is taken off, {points} less."),
    "group_hand_in": N_("What {author} handed in counts for your group."),
    "to_grade": N_("Your instructor reads this answer and gives its points."),
    "essay_no_text": N_("This function returns no text. Your instructor will look at it."),
    "essay_marked": N_("{exercise}: your instructor gave {points} of {max} points."),
    "essay_marked_why": N_("{exercise}: your instructor gave {points} of {max} points. {why}"),
    "rubric_row": N_("{exercise}, {row}: {points} of {max}."),
    "answer_changed_under_mark": N_("{exercise}: {points} was given for another answer than this one."),
    "mark_given": N_("{exercise}: your instructor gave {points} points. {why}"),
    "moved_under_mark": N_(
        "{exercise}: {points} was given when the checks had given {before}, and now they give {now} ({why})."
    ),
    "time_not_known": N_("Nothing says when it was handed in. It was due {due}, and counts as in time."),
    "late_by_how_much": N_("It is late, and nothing says by how much. It was due {due}; no penalty is taken."),
    "time_not_read": N_("«{time}» is no moment that can be read. It counts as handed in in time."),
}

# Why a known mistake is or is not taken for what a hand-in does: for the instructor.
_CONSIDERED: dict[str, str] = {
    "mistake_matched": N_("yes: it answers as the hand-in does in all {checks} checks, {failed} of which failed."),
    "mistake_differs": N_("no: in {check}, call {call}, it gives {theirs}, and the hand-in gives {mine}."),
    "mistake_differs_otherwise": N_(
        "no: in {check}, call {call}, it differs in something else than the value (memory, gradients, arguments "
        "changed)."
    ),
    "mistake_not_compared": N_("not known: nothing that could be compared is the same in a check that failed."),
    "mistake_not_alone": N_("possible, and so is {others}: these checks do not tell them apart, so none is named."),
}

MESSAGES: dict[str, str] = {
    **_UNUSABLE_FILES,
    **_FILE_NOTES,
    **_FOLDER_NOTES,
    **NO_ANSWER,
    **DIFFERENCES,
    **_DEVICES,
    **_MARKS,
    **_CONSIDERED,
}

# Words for `antorcha.worker.global_state.SETTINGS`, as they stand in the sentence "global_state".
SETTING_WORDS: dict[str, str] = {
    "default_dtype": N_("the default dtype"),
    "default_device": N_("the default device"),
    "grad_mode": N_("whether gradients are recorded"),
    "threads": N_("the number of threads"),
    "deterministic": N_("whether algorithms must be deterministic"),
    "matmul_precision": N_("the precision of matrix products"),
    "anomaly_mode": N_("the detection of anomalies"),
    "print_options": N_("how numbers are printed"),
    "working_directory": N_("the working directory"),
    "environment": N_("the environment variables"),
    "locale": N_("the locale"),
    "recursion_limit": N_("the recursion limit"),
    "random_seed": N_("the seed of the random numbers"),
}

# Around a sentence about what was found on a device.
ON_DEVICE = N_("On the accelerator ({device}): {sentence}")
SIMULATED_WORD = N_("simulated")
