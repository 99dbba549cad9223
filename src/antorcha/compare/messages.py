"""What the compare room says, by kind of diagnosis.

`kind` is the sentence that a hidden check may show: it tells the class of the difference and nothing that depends on
the check's inputs. `kind.full` is for visible tests and for the instructor: it may use `Diagnosis.private` too.
"""

from __future__ import annotations

from antorcha.i18n import N_

MESSAGES: dict[str, str] = {
    "nothing_returned": N_("Your function returned None. Does it end with a return?"),
    "nothing_inside": N_("There is a None in your answer, at {path}, where a value was expected."),
    "type": N_("Your answer is of type {got}; it should be {expected}."),
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
        "got {got}. The largest difference is {largest}."
    ),
    "value_0d": N_("The value of your answer is wrong."),
    "value_0d.full": N_("The value of your answer is {got}; it should be {expected}."),
    "number": N_("The number that you returned is wrong."),
    "number.full": N_("You returned {got}; it should be {expected}."),
    "other": N_("Your answer is of the right type but is not the expected one."),
    "other.full": N_("You returned {got}; it should be {expected}."),
    "length": N_("Your answer has the wrong number of items."),
    "length.full": N_("The number of items in your answer is {got}; it should be {expected}."),
    "key_missing": N_("Your answer has no entry {key}."),
    "key_extra": N_("Your answer has an entry too many."),
    "key_extra.full": N_("Your answer has an entry {key} that should not be there."),
    "gradient_missing": N_(
        "Your answer is cut off from the graph: no gradient reaches the input. Look for detach(), .data, item(), "
        "NumPy or a new tensor made from numbers."
    ),
    "gradient_unwanted": N_("Your answer requires a gradient and should not."),
    "gradient": N_("The answer is right, but its gradient with respect to tensor argument {number} is not."),
    "argument_changed": N_("Your function changed its argument {argument}. The caller still needs it as it was."),
    "argument_not_changed": N_(
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
    "world": N_("Your code changed something that the whole program shares, and left it changed: {setting}."),
    "error_expected": N_("For this input your function should raise {type}, and it raised nothing."),
    "error_other": N_("Your function raised {got_type}; it should raise {type} here."),
    "error_other.full": N_("Your function raised {got_type} ({message}); it should raise {type} here."),
    "error_message": N_("Your function raises {type}, as it should, but the message does not say what it has to."),
    "error_message.full": N_(
        "Your function raises {type}, as it should, but its message is «{message}». It could be: «{expected}»."
    ),
    "raised": N_("Your code raised {type} at line {line}."),
    "raised.full": N_("Your code raised {type} at line {line}, «{text}»: {message}"),
    "raised_nowhere": N_("Calling your function raised {type}. Do its name and parameters match the stub's?"),
    "raised_nowhere.full": N_("Calling your function raised {type}: {message}"),
    "exited": N_("Your code ended the program (exit). A function returns its answer instead."),
    "not_started": N_("Not started yet."),
    "said": "{message}",  # a sentence of the course's own, translated already
    "unusable": N_("The test could not work with your answer. Is it of the type that the text asks for?"),
    "unusable.full": N_("The test could not work with your answer: {message}"),
    "assertion": N_("Something that the test asserts does not hold for your answer."),
    "assertion.full": N_("Something that the test asserts does not hold for your answer: {message}"),
    "no_evidence": N_("The check ended before your answer could be compared."),
    "grader_error": N_("The check itself failed. This is not your fault; please tell your instructor."),
    "grader_error.full": N_("The check itself failed: {message}"),
}

# Words for `antorcha.worker.world.SETTINGS`, as they stand in the sentence "world".
SETTINGS: dict[str, str] = {
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
