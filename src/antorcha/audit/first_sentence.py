"""The truth of the first sentence that a wrapper mutant is told: its class of mistake is known, since we made it."""

from __future__ import annotations

from enum import StrEnum

from antorcha.audit.wrappers import (
    ALIASED,
    DETACHED,
    DEVICE,
    DTYPE,
    EXCEPTION,
    GLOBAL_STATE,
    INPUT,
    RAISED,
    SHAPE,
    TYPE,
    VALUE,
    Wrapper,
)

# "The test could not work with your answer. Is it of the type that the text asks for?": true or not, it says no more.
_ASKS = ("unusable", "unusable_none", "unusable_count")
_KINDS = {
    DTYPE: ("dtype",),
    SHAPE: ("shape", "ndim"),
    TYPE: ("type", "length", "not_called", "nothing_returned", "nothing_inside", "data_of_another_kind", *_ASKS),
    DEVICE: ("device", "mixed_devices", "numpy_of_device", "no_device"),
    DETACHED: ("gradient_missing", "gradient_missing_argument", "gradient_unwanted"),
    INPUT: (
        *("argument_changed", "argument_touched", "training_mode"),
        *("handed_content", "handed_mode", "handed_requires_grad", "handed_gradient"),
    ),
    ALIASED: ("memory_shared", "memory_not_shared"),
    GLOBAL_STATE: ("global_state",),
    VALUE: ("value", "value_0d", "number", "truth_value", "other", "gradient"),
    EXCEPTION: ("error_expected", "error_other", "error_message"),
    RAISED: ("raised", "raised_outside"),
}
_CLASS_OF_KIND = {kind: name for name, kinds in _KINDS.items() for kind in kinds}


class Told(StrEnum):
    """The truth of the first sentence about a mistake, as to the mistake's class."""

    TRUE = "true"
    GENERAL = "general"  # what differs, and not in which respect: the values do, or the code raised
    FALSE = "false"


def told(wrapper: Wrapper, kind: str) -> Told | None:
    """Judge the kind of a diagnosis by the mistake that was really made; `None` where neither side is known.

    What a test says in words of its own, its author has to answer for; and what stands in the place of an answer may be
    wrong in any respect.
    """
    if kind == "said" or not wrapper.classes:
        return None
    named = _CLASS_OF_KIND.get(kind)
    if named in wrapper.classes:
        return Told.TRUE
    # That values differ, or that code raised, can be said of whatever spoils them; it accuses nobody of anything else.
    return Told.GENERAL if named in (None, VALUE, RAISED) or kind in _ASKS else Told.FALSE
