"""When deep learning helps, what it learns from, and what it runs on: nine quizzes.

Each function asks a question, and you answer with the letter of an option as text. Where a
function has an argument `case`, it asks the same of several situations, and returns the letter of the
option that fits the situation named by `case`. This is how an answer looks:

    >>> def which_is_a_fruit(case):
    ...     answers = {"A": "b", "B": "a"}
    ...     return answers[case]
    >>> which_is_a_fruit("B")
    'a'

The tests that you can run check that each answer is one of the options. Whether it is right you learn
when your work is graded.
"""

from __future__ import annotations


def fits_deep_learning(case: str) -> str:
    """Does deep learning fit the project that `case` names?

    Return the letter of the one option that decides the matter. `case` is "A", "B", "C" or "D":

    A) A bank must tell everybody whom it refuses a loan the reasons, in sentences that they can check.
    B) A shop charges 4 euros for a parcel up to 2 kilos and 7 euros up to 10 kilos, and takes no heavier
       ones. A program is to tell the price.
    C) An app is to name the bird in a recording. Two million recordings are at hand, made in all
       weathers, and each says which bird it is.
    D) A clinic wants to recognise a new disease in X-ray images. It has 30 of them, and no other
       collection of images shows anything like it.

    Options:

    a) It fits: nobody could write these patterns down as rules, and there are plenty of examples.
    b) It does not fit: somebody has to be told why, and people can rarely read what a network has learned.
    c) It does not fit: a few simple rules do all of it.
    d) It does not fit: there are too few examples to learn from.
    """
    return {"A": "b", "B": "c", "C": "a", "D": "d"}[case]


def fatal_errors() -> str:
    """What follows from an error that nobody can accept?

    A network is to choose the dose of a drug. In tests it chose well 999 times out of 1000, and a
    wrong dose can kill. Return the letter of the statement that is right:

    a) 999 out of 1000 is better than most people, so the network can be left to decide alone.
    b) With more layers and more training it will make no more errors, and then it can decide alone.
    c) What it answers cannot be foreseen for every input, so it must not be left to decide alone.
    d) When it errs it raises an exception, and the program can catch that and ask a doctor.
    """
    return "c"


def moving_target() -> str:
    """What does a network need when the world changes?

    A network filters spam well. A year later the senders have other tricks, and it misses more and more
    of them. Return the letter of what is to be done:

    a) Nothing: a network goes on learning while it is used, and will catch up.
    b) Find out the new rules of spam by hand, and write them into the network.
    c) Give up the network: deep learning is only for conditions that stay the same.
    d) Train it on newer messages as well, marked as spam or not.
    """
    return "d"


def data_kind(case: str) -> str:
    """Is the data that `case` names structured or unstructured?

    Return the letter of an option. `case` is "A", "B", "C" or "D":

    A) a list of flats for sale, with area, number of rooms, floor, year and price of each
    B) ten thousand recorded calls to a hotline
    C) a spreadsheet with one column, and in each of its cells a letter that a customer wrote
    D) the log of a weather station: time, temperature, pressure and rain, a line an hour

    Options:

    a) structured: rows and columns of values, and each column says one thing about its row
    b) unstructured: what is meant lies in how many parts stand together, and not in any one value
    """
    return {"A": "a", "B": "b", "C": "b", "D": "a"}[case]


def first_method(case: str) -> str:
    """Which family of methods should one begin with, for the data that `case` names?

    Return the letter of an option. `case` is "A", "B" or "C":

    A) From a table of 5000 customers (age, contract, payments, complaints), say who will leave.
    B) From photos of leaves, say which disease a plant has.
    C) From what customers write in their letters, say what each letter is about.

    Options:

    a) a network of convolutions, which looks for the same small patterns everywhere in a grid of points
    b) a network for sequences, such as a transformer, which reads words and what stands around them
    c) boosted decision trees, which ask about one column after another
    """
    return {"A": "c", "B": "a", "C": "b"}[case]


def kind_of_learning(case: str) -> str:
    """Which kind of learning is it in the project that `case` names?

    Return the letter of an option. Where more than one could be said, return the one that sets this
    project apart from the others. `case` is "A", "B", "C" or "D":

    A) Each of many photos comes with the name of what it shows, and a new network learns from them to
       name what it sees.
    B) A shop knows what each customer bought and nothing else. A model is to find out which customers
       resemble each other.
    C) A network that has learned from millions of photos is taken as the beginning of another one,
       which is to tell ten mushrooms apart.
    D) A program plays a game again and again, and learns only from the points that its moves bring in.

    Options:

    a) reinforcement learning
    b) supervised learning
    c) transfer learning
    d) unsupervised learning
    """
    return {"A": "b", "B": "d", "C": "c", "D": "a"}[case]


def few_photos() -> str:
    """How do you begin with few examples?

    You have 300 photos of leaves, each marked as healthy or ill, and a network that somebody has
    trained to name the things in a million everyday photos. Return the letter of the best first attempt:

    a) Keep the layers that have learned to see, and train a new last layer on the 300 photos.
    b) Set all of its weights to random numbers, and train all of it on the 300 photos.
    c) Take the marks away, so that it can find out by itself which leaves are ill.
    d) Use it as it is: among a million photos there were leaves enough.
    """
    return "a"


def half_precision() -> str:
    """What changes when a network's weights go from float32 to float16?

    Return the letter of the statement that is right:

    a) They take half of the memory, and hold the same numbers to the last digit.
    b) They take half of the memory and hold fewer digits; hardware that is made for it calculates faster.
    c) They take as much memory as before; only what is printed gets shorter.
    d) They are more exact, because numbers with fewer digits can have fewer wrong ones.
    """
    return "b"


def cpu_or_gpu(case: str) -> str:
    """Where would you do the work that `case` names, and why there?

    Your computer has a CPU with a few fast cores and a GPU with thousands of slower ones. Return the
    letter of an option. `case` is "A", "B" or "C":

    A) Train a network whose layers multiply large matrices.
    B) Add up the five prices on a bill.
    C) Walk a path of a million steps through a file, where each line says which line is next.

    Options:

    a) on the GPU, because the same calculation is done on millions of numbers, all independent
    b) on the CPU, because each step has to wait for the one before it
    c) on the CPU, because the work is too little to be worth the way to the GPU and back
    """
    return {"A": "a", "B": "c", "C": "b"}[case]
