"""The fixed text of the class page."""

from __future__ import annotations

from antorcha.i18n import N_

WORDS = {
    "title": N_("The class: {course}"),
    "made": N_(
        "Students: {students}. Topics: {topics}. Exercises: {exercises}. Graded on {date} by Antorcha {version}."
    ),
    "private": N_("For instructors only: it shows who wrote what, and words from hidden tests."),
    "skip": N_("Go to the content"),
    "filter": N_("Show only what holds these words: a name, a topic, an exercise"),
    "nothing": N_("Nothing holds these words."),
    "distribution": N_("Marks"),
    "mean": N_("mean {mean} %, median {median} %"),
    "bin": N_("from {low} to {high} %: {count}"),
    "clusters": N_("What the class did not understand"),
    "clusters_about": N_(
        "Hand-ins that fail the same checks with the same evidence, the largest group first. The sentence is what you "
        "may send to all of them."
    ),
    "unnamed": N_("no known mistake"),
    "unnamed_title": N_("To be named next"),
    "unnamed_about": N_(
        "The largest groups that match no known mistake of the course. A variant for each tells the next class what it "
        "did."
    ),
    "alone": N_("Besides, {count} hand-ins fail in a way of their own."),
    "no_clusters": N_("No two hand-ins fail alike."),
    "found": N_("What was found"),
    "copy": N_("Copy the sentence"),
    "copied": N_("Copied"),
    "more": N_("and {count} more"),
    "help": N_("Who may need you"),
    "help_about": N_("What the numbers show, and no more: look before you judge."),
    "no_help": N_("Nobody stands out."),
    "topics": N_("Topics"),
    "exercises": N_("Exercises"),
    "exercises_about": N_(
        "Discrimination: how far those who do well in the rest do well here, from -1 to 1. Near 0 or below, the "
        "exercise or its tests may be at fault."
    ),
    "students": N_("Students"),
    "topic": N_("topic"),
    "exercise": N_("exercise"),
    "student": N_("student"),
    "handed_in": N_("handed in"),
    "share": N_("mean %"),
    "right": N_("all right %"),
    "untouched": N_("untouched %"),
    "discrimination": N_("discrimination"),
    "seconds": N_("seconds"),
    "attempts": N_("attempts"),
    "points": N_("points"),
    "percent": N_("%"),
    "trouble": N_("Worth a look"),
    "trouble_about": N_("What was limited, crashed, set aside or tried something."),
    "no_trouble": N_("Nothing was."),
    "devices": N_("Not tested on a GPU"),
    "similar": N_("Hand-ins that are alike: `antorcha similar` compares them."),
    "explain": N_("Why, in full: `antorcha explain STUDENT EXERCISE`."),
}
