"""Other ways to write the right answers to `concepts`, and an explanation for each wrong option.

An explanation says what somebody believed who chose it and where to look, and not which option is right. It names no
letters, so that it holds in any order of the options.
"""

from __future__ import annotations

from antorcha.variants import N_, right, wrong

FITS = {"A": "b", "B": "c", "C": "a", "D": "d"}
DATA = {"A": "a", "B": "b", "C": "b", "D": "a"}
METHODS = {"A": "c", "B": "a", "C": "b"}
KINDS = {"A": "b", "B": "d", "C": "c", "D": "a"}
PLACES = {"A": "a", "B": "c", "C": "b"}


def but(answers: dict[str, str], case: str, **other: str) -> str:
    """The answer for `case`, with another one for one of the cases: `but(FITS, case, A="c")`."""
    return (answers | other)[case]


# --- fits_deep_learning ---


@right("fits_deep_learning")
def fits_by_position(case):
    return "bcad"["ABCD".index(case)]


@right("fits_deep_learning")
def fits_case_by_case(case):
    if case == "A":
        return "b"
    if case == "B":
        return "c"
    return "a" if case == "C" else "d"


@wrong(
    "fits_deep_learning",
    N_(
        "You looked at how well a network could judge who pays a loan back. Read what the bank owes to those whom it "
        "refuses, and whether a network can give it."
    ),
)
def loan_is_a_pattern(case):
    return but(FITS, case, A="a")


@wrong(
    "fits_deep_learning",
    N_(
        "You took a decision that needs reasons for one that needs few rules. Nothing says that the bank's rules are "
        "few: read what the text stresses about each refusal."
    ),
)
def loan_is_a_few_rules(case):
    return but(FITS, case, A="c")


@wrong(
    "fits_deep_learning",
    N_(
        "You supposed that the bank has little data, but banks have seen many loans and the text speaks of no lack. "
        "Read what it must hand over with each refusal."
    ),
)
def loan_lacks_examples(case):
    return but(FITS, case, A="d")


@wrong(
    "fits_deep_learning",
    N_(
        "You would let a network learn what the price of a parcel is, although the text already says how it comes "
        "about. Count the lines of an `if` that would do it."
    ),
)
def parcel_is_a_pattern(case):
    return but(FITS, case, B="a")


@wrong(
    "fits_deep_learning",
    N_("Nobody asks the shop why a parcel costs what it costs: the price list says it. Look at how long that list is."),
)
def parcel_needs_reasons(case):
    return but(FITS, case, B="b")


@wrong(
    "fits_deep_learning",
    N_(
        "More parcels would not change anything: the price does not have to be learned from examples. "
        "Read how it comes about."
    ),
)
def parcel_lacks_examples(case):
    return but(FITS, case, B="d")


@wrong(
    "fits_deep_learning",
    N_(
        "You asked for reasons where nobody needs them: whoever hears a bird wants its name. "
        "Look at what the project has, and at whether somebody could write down how a blackbird sings."
    ),
)
def bird_needs_reasons(case):
    return but(FITS, case, C="b")


@wrong(
    "fits_deep_learning",
    N_(
        "You believe that a few rules tell birds apart by their sound. Try to write down one, for a recording with "
        "wind and rain in it."
    ),
)
def bird_is_a_few_rules(case):
    return but(FITS, case, C="c")


@wrong(
    "fits_deep_learning",
    N_("You passed over a number in the text: read again how many recordings there are, and what each one says."),
)
def bird_lacks_examples(case):
    return but(FITS, case, C="d")


@wrong(
    "fits_deep_learning",
    N_(
        "Images are what deep learning is good at, and so you chose it. "
        "But read how many images there are, and ask what a network could learn from them."
    ),
)
def xray_is_a_pattern(case):
    return but(FITS, case, D="a")


@wrong(
    "fits_deep_learning",
    N_(
        "A doctor may well want reasons, but the text does not ask for them. It stresses something else that is "
        "missing: look at the numbers in it."
    ),
)
def xray_needs_reasons(case):
    return but(FITS, case, D="b")


@wrong(
    "fits_deep_learning",
    N_(
        "You believe that a few rules recognise a disease in an image. Nobody can write them down yet for this one; "
        "look at what the clinic has to learn from."
    ),
)
def xray_is_a_few_rules(case):
    return but(FITS, case, D="c")


# --- fatal_errors ---


@right("fatal_errors")
def fatal_errors_by_elimination():
    return ({"a", "b", "c", "d"} - {"a", "b", "d"}).pop()


@right("fatal_errors")
def fatal_errors_third():
    return "abcd"[2]


@wrong(
    "fatal_errors",
    N_(
        "You compared averages: how often the network errs, and how often people do. "
        "Ask what one of those errors costs here, and who would notice it in time."
    ),
)
def better_than_people():
    return "a"


@wrong(
    "fatal_errors",
    N_(
        "You believe that errors go away with size. Larger networks err less often on data like that which they have "
        "seen, but no number of layers brings a promise for every input."
    ),
)
def layers_cure_errors():
    return "b"


@wrong(
    "fatal_errors",
    N_(
        "You took a wrong answer for an exception. A network always answers with a number, and a wrong dose is a "
        "number like any other: nothing is raised that could be caught."
    ),
)
def errors_are_exceptions():
    return "d"


# --- moving_target ---


@right("moving_target")
def moving_target_by_elimination():
    return ({"a", "b", "c", "d"} - {"a", "b", "c"}).pop()


@right("moving_target")
def moving_target_last():
    return max("abcd")


@wrong(
    "moving_target",
    N_(
        "You believe that a network learns while it is used. Its weights change only while it is trained: "
        "look at what training needs."
    ),
)
def learns_by_being_used():
    return "a"


@wrong(
    "moving_target",
    N_(
        "You treated the network like a list of rules. There is no place in it into which a rule could be written: "
        "what it knows lies in its weights, and those come from examples."
    ),
)
def rules_written_into_weights():
    return "b"


@wrong(
    "moving_target",
    N_(
        "You take changing conditions for a reason against deep learning. They are a reason for it: "
        "compare what it costs to write new rules with what it costs to gather new examples."
    ),
)
def only_for_what_stays():
    return "c"


# --- data_kind ---


@right("data_kind")
def data_kind_tables(case):
    return "a" if case in ("A", "D") else "b"


@right("data_kind")
def data_kind_looked_up(case):
    return dict(zip("ABCD", "abba", strict=True))[case]


@wrong(
    "data_kind",
    N_(
        "You took a list with several things in it for data without a structure. "
        "Ask of each of its columns whether a single value in it says something."
    ),
)
def flats_are_unstructured(case):
    return but(DATA, case, A="b")


@wrong(
    "data_kind",
    N_(
        "A recording is a row of numbers too, and so you took it for structured. "
        "Ask what one of those numbers says about the call."
    ),
)
def calls_are_structured(case):
    return but(DATA, case, B="a")


@wrong(
    "data_kind",
    N_(
        "You went by the file: a spreadsheet has cells. But it is not the file that makes data structured. "
        "Look at what is in one cell, and whether it is one value."
    ),
)
def letters_are_structured(case):
    return but(DATA, case, C="a")


@wrong(
    "data_kind",
    N_(
        "You took a log that goes on and on for unstructured data, as sound or text is. "
        "Look at what one line holds, and whether each part of it can be read by itself."
    ),
)
def weather_is_unstructured(case):
    return but(DATA, case, D="b")


# --- first_method ---


@right("first_method")
def first_method_or_else(case):
    return {"A": "c", "B": "a"}.get(case, "b")


@right("first_method")
def first_method_by_position(case):
    return "cab"["ABC".index(case)]


@wrong(
    "first_method",
    N_(
        "You would look for patterns in neighbouring points. In a table of customers the columns can stand in any "
        "order: which of them are neighbours says nothing."
    ),
)
def table_as_an_image(case):
    return but(METHODS, case, A="a")


@wrong(
    "first_method",
    N_(
        "You would read each customer like a sentence. The columns of a table have no order that means something; "
        "ask which family takes each column for itself."
    ),
)
def table_as_a_sentence(case):
    return but(METHODS, case, A="b")


@wrong(
    "first_method",
    N_(
        "You would ask about one point of a photo after another. A leaf that lies a little further left has other "
        "values in every point: ask which family finds a spot wherever it is."
    ),
)
def photos_as_a_table(case):
    return but(METHODS, case, B="c")


@wrong(
    "first_method",
    N_(
        "You took a photo for a sequence. It can be cut up into one, but a spot on a leaf is a pattern in the plane: "
        "ask which family is made for that."
    ),
)
def photos_as_a_sentence(case):
    return but(METHODS, case, B="b")


@wrong(
    "first_method",
    N_(
        "You looked for columns in a letter. Letters have different lengths, and what a word means depends on those "
        "around it: ask which family reads it so."
    ),
)
def letters_as_a_table(case):
    return but(METHODS, case, C="c")


@wrong(
    "first_method",
    N_(
        "You took a letter for a grid of points. Its words stand in one line, and what belongs together may stand far "
        "apart: ask which family follows that."
    ),
)
def letters_as_an_image(case):
    return but(METHODS, case, C="a")


# --- kind_of_learning ---


@right("kind_of_learning")
def kind_by_position(case):
    return "bdca"["ABCD".index(case)]


@right("kind_of_learning")
def kind_case_by_case(case):
    match case:
        case "A":
            return "b"
        case "B":
            return "d"
        case "C":
            return "c"
    return "a"


@wrong(
    "kind_of_learning",
    N_(
        "You took the names of the photos for a reward. A reward comes after something was done, and says how good "
        "it was; here the right answer itself is given with each photo."
    ),
)
def labels_are_rewards(case):
    return but(KINDS, case, A="a")


@wrong(
    "kind_of_learning",
    N_(
        "You supposed that something is taken over from another network. The text says that the network is new: "
        "look at what comes with each photo."
    ),
)
def labels_are_taken_over(case):
    return but(KINDS, case, A="c")


@wrong(
    "kind_of_learning",
    N_(
        "You passed over what comes with each photo. Where the right answer is given with each example, the network "
        "does not have to find the groups by itself."
    ),
)
def labels_are_not_there(case):
    return but(KINDS, case, A="d")


@wrong(
    "kind_of_learning",
    N_(
        "You took purchases for a reward. Nothing is tried out here and nobody says how good it was: "
        "there is only a pile of data. Look at what is missing in it."
    ),
)
def purchases_are_rewards(case):
    return but(KINDS, case, B="a")


@wrong(
    "kind_of_learning",
    N_(
        "You took what customers bought for the right answers. The model is to find groups: "
        "does the shop know of any customer in which group they belong?"
    ),
)
def purchases_are_labels(case):
    return but(KINDS, case, B="b")


@wrong(
    "kind_of_learning",
    N_(
        "You supposed that a model is there already from which something is taken over. The shop has only its data: "
        "look at what is known of each customer."
    ),
)
def purchases_are_taken_over(case):
    return but(KINDS, case, B="c")


@wrong(
    "kind_of_learning",
    N_("Nobody rewards this network for what it does. Look at what it has before it sees its first mushroom."),
)
def mushrooms_are_rewarded(case):
    return but(KINDS, case, C="a")


@wrong(
    "kind_of_learning",
    N_(
        "The photos of mushrooms may well be labelled, but so are those of another project in the list. "
        "Look at what sets this one apart: what it has before it sees its first mushroom."
    ),
)
def mushrooms_are_labelled(case):
    return but(KINDS, case, C="b")


@wrong(
    "kind_of_learning",
    N_(
        "You supposed that the ten mushrooms are groups which the network finds by itself. They are known beforehand; "
        "look at where the network comes from."
    ),
)
def mushrooms_are_clusters(case):
    return but(KINDS, case, C="d")


@wrong(
    "kind_of_learning",
    N_(
        "You took points for right answers. They say how good a move was, and not which one would have been right; "
        "nobody shows the program a right move."
    ),
)
def points_are_labels(case):
    return but(KINDS, case, D="b")


@wrong(
    "kind_of_learning",
    N_(
        "You supposed that the program takes something over from other games or networks. "
        "The text says what is the only thing that it learns from."
    ),
)
def game_is_taken_over(case):
    return but(KINDS, case, D="c")


@wrong(
    "kind_of_learning",
    N_(
        "There are no labels, and so you thought of learning without any answer. But the program does get one after "
        "what it does: look at what its moves bring in."
    ),
)
def game_has_no_answer(case):
    return but(KINDS, case, D="d")


# --- few_photos ---


@right("few_photos")
def few_photos_first():
    return min("abcd")


@right("few_photos")
def few_photos_by_elimination():
    return ({"a", "b", "c", "d"} - {"b", "c", "d"}).pop()


@wrong(
    "few_photos",
    N_(
        "You would have the network learn to see from 300 photos. It has many more weights than that; "
        "ask what it knew already and would lose."
    ),
)
def from_random_weights():
    return "b"


@wrong(
    "few_photos",
    N_(
        "You would give away the best that you have: the marks that say which leaf is ill. A network may group leaves "
        "by light or size just as well. Look for a way to use the marks."
    ),
)
def marks_taken_away():
    return "c"


@wrong(
    "few_photos",
    N_(
        "You believe that a network knows whatever it has seen. It learned to name what its photos were labelled "
        "with, and healthy or ill was no name there: it has no output for it."
    ),
)
def used_as_it_is():
    return "d"


# --- half_precision ---


@right("half_precision")
def half_precision_second():
    return "abcd"[1]


@right("half_precision")
def half_precision_by_elimination():
    return ({"a", "b", "c", "d"} - {"a", "c", "d"}).pop()


@wrong(
    "half_precision",
    N_(
        "You believe that memory can be saved for nothing. Half as many bits tell fewer numbers apart: "
        "print `torch.tensor(0.1, dtype=torch.float16).item()`."
    ),
)
def same_digits():
    return "a"


@wrong(
    "half_precision",
    N_(
        "You took float16 for a way of printing. It is a way of storing: print `element_size()` of a tensor of each "
        "dtype."
    ),
)
def only_printed():
    return "c"


@wrong(
    "half_precision",
    N_(
        "You believe that digits which are not there cannot be wrong. They are lost by rounding, and that is an error "
        "in almost every number: compare 1 / 3 in both dtypes."
    ),
)
def more_exact():
    return "d"


# --- cpu_or_gpu ---


@right("cpu_or_gpu")
def place_by_position(case):
    return "acb"["ABC".index(case)]


@right("cpu_or_gpu")
def place_case_by_case(case):
    if case == "A":
        return "a"
    return "c" if case == "B" else "b"


@wrong(
    "cpu_or_gpu",
    N_(
        "You saw a chain where there is none. In a product of matrices each number of the result can be calculated "
        "without the others: count how many could be done at once."
    ),
)
def matrices_wait(case):
    return but(PLACES, case, A="b")


@wrong(
    "cpu_or_gpu",
    N_(
        "You took the work for small. Count the multiplications in one product of two matrices of 1000 by 1000, and "
        "think of how many such products a training makes."
    ),
)
def matrices_are_small(case):
    return but(PLACES, case, A="c")


@wrong(
    "cpu_or_gpu",
    N_(
        "A sum can be done one number after the other, but that is not what decides here. "
        "Look at how many numbers there are."
    ),
)
def bill_waits(case):
    return but(PLACES, case, B="b")


@wrong(
    "cpu_or_gpu",
    N_(
        "You believe that a GPU makes everything faster. The numbers have to get there and back, and starting the work "
        "takes time too: compare that with five additions."
    ),
)
def bill_on_the_gpu(case):
    return but(PLACES, case, B="a")


@wrong(
    "cpu_or_gpu",
    N_("A million steps are not too little work. Look at what keeps you from doing two of them at the same time."),
)
def path_is_short(case):
    return but(PLACES, case, C="c")


@wrong(
    "cpu_or_gpu",
    N_(
        "You counted a million steps, and so you thought of thousands of cores. But try to do the second step before "
        "the first one is done."
    ),
)
def path_on_the_gpu(case):
    return but(PLACES, case, C="a")
