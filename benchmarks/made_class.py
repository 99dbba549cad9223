"""Do the pages for instructors tell the truth? A class whose every answer is known, graded, and compared with that.

    python benchmarks/made_class.py make FOLDER [--students 60] [--topics tensors shapes] [--copies 12]
    python benchmarks/made_class.py clusters FOLDER RESULTS
    python benchmarks/made_class.py needs FOLDER RESULTS
    python benchmarks/made_class.py similar FOLDER

`make` writes a delivery a week into FOLDER and `truth.json` beside them: each answer is the reference's, another right
one, a known mistake or a mutant, written in a style of its author's own; some hand-ins are copies in disguise (other
names, another order of functions, another layout, or all of these), a few are hostile; some students know less every
week, and some hand in nothing in the last one. `clusters` compares the groups of a graded class with the truth, `needs`
those whom the class page names under "Who may need you", `similar` the pairs that `antorcha similar` finds with the
planted ones.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antorcha.audit.mutants import mutants_of
from antorcha.course.load import load_course
from antorcha.course.model import Course, Topic
from antorcha.plugin.answers import reference_mistakes
from antorcha.sources.reference import read_reference

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = ROOT / "tests" / "hostile"
_MUTANTS = 4  # of an exercise
_FALLS_EVERY, _LEAVES_EVERY = 9, 12  # of those who neither copy nor are copied
_DISGUISES = ("renamed", "reordered", "formatted", "all")
_WORDS = ("aux", "res", "out", "tmp", "val", "item", "piece", "mat", "vec", "data", "obj", "step", "part", "row", "col")


@dataclass(frozen=True)
class Answer:
    """One way to answer an exercise. `how`: "reference", "right:NAME", "wrong:NAME" or "mutant:ID"."""

    how: str
    definition: ast.stmt


@dataclass(frozen=True)
class Material:
    """The answers of a topic, and the statements that all of them count on."""

    shared: tuple[ast.stmt, ...]
    answers: dict[str, tuple[Answer, ...]]


def material(course: Course, topic: Topic, mutants: int = _MUTANTS) -> Material:
    """Return all that a hand-in of a topic may be made of."""
    reference = read_reference(course.reference_dir / f"{topic.name}.py")
    names = {exercise.name for exercise in topic.exercises}
    variants = ast.parse((course.variants_dir / f"{topic.name}.py").read_text(encoding="utf-8"))
    known = reference_mistakes(course, topic.name)
    declared = {variant.name: variant for variant in known.all()} if known else {}
    shared = [node for node in reference.tree.body if getattr(node, "name", "") not in names][1:]
    shared += [node for node in variants.body[1:] if getattr(node, "name", "") not in declared and _is_ours(node)]
    answers: dict[str, list[Answer]] = defaultdict(list)
    for node in reference.tree.body:
        if getattr(node, "name", "") in names:
            answers[node.name].append(Answer("reference", _named(node, node.name)))
    for node in variants.body:
        variant = declared.get(getattr(node, "name", ""))
        others = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)} & set(declared)
        if variant is not None and not others:  # one that calls another would miss it in a hand-in
            how = f"{'wrong' if variant.is_wrong else 'right'}:{variant.name}"
            answers[variant.exercise].append(Answer(how, _named(node, variant.exercise)))
    for name in sorted(names):
        if not mutants:
            continue
        plain = [mutant for mutant in mutants_of(reference, name, frozenset(names)) if mutant.wrapper is None]
        for mutant in plain[:: max(1, len(plain) // _MUTANTS)][:mutants]:
            tree = ast.parse(mutant.cells[0])
            node = next((node for node in tree.body if getattr(node, "name", "") == name), None)
            if node is not None:
                answers[name].append(Answer(f"mutant:{mutant.id}", _named(node, name)))
    return Material(tuple(shared), {name: tuple(found) for name, found in answers.items()})


def _is_ours(node: ast.stmt) -> bool:
    text = ast.unparse(node)
    return not text.startswith(("from antorcha", "equivalent(", "from __future__"))


def _named(node: ast.stmt, name: str) -> ast.stmt:
    """Return a definition under another name, without our decorators, docstring and annotations."""
    made: Any = copy.deepcopy(node)
    made.name = name
    made.decorator_list = [one for one in made.decorator_list if not ast.unparse(one).startswith(("right(", "wrong("))]
    if len(made.body) > 1 and isinstance(made.body[0], ast.Expr) and isinstance(made.body[0].value, ast.Constant):
        made.body = made.body[1:]
    return ast.fix_missing_locations(made)


class Style(ast.NodeTransformer):
    """The way in which one person writes: names, and what is kept in a variable before it is returned."""

    def __init__(self, draw: random.Random, *, only_names: bool = False) -> None:
        self._draw, self._only_names = draw, only_names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        bound = {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
        given = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}  # by these it is called
        outer = {name for one in ast.walk(node) if isinstance(one, ast.Global | ast.Nonlocal) for name in one.names}
        names = {
            name: f"{self._draw.choice(_WORDS)}_{self._draw.randrange(90)}" for name in sorted(bound - outer - given)
        }
        for name in ast.walk(node):
            if isinstance(name, ast.Name) and name.id in names:
                name.id = names[name.id]
        if not self._only_names:
            node.body = list(self._with_detours(node.body))
        return ast.fix_missing_locations(node)

    def _with_detours(self, body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in body:
            if self._draw.random() < 0.25:
                yield ast.parse(f"{self._word()} = {self._draw.randrange(1000)}").body[0]
            if isinstance(statement, ast.Return) and statement.value is not None and self._draw.random() < 0.5:
                word = self._word()
                yield ast.parse(f"{word} = {ast.unparse(statement.value)}").body[0]
                if self._draw.random() < 0.4:
                    yield ast.parse(f"if {word} is None:\n    raise ValueError({self._draw.randrange(100)})").body[0]
                yield ast.parse(f"if True:\n    return {word}").body[0].body[0]  # type: ignore[attr-defined]
            else:
                yield statement

    def _word(self) -> str:
        return f"{self._draw.choice(_WORDS)}{self._draw.randrange(1000)}"


@dataclass(frozen=True)
class HandIn:
    """A hand-in as it was made: its definitions by exercise, and how each came about."""

    definitions: tuple[tuple[str, ast.stmt], ...]
    how: dict[str, str]


def _written(found: Material, topic: Topic, draw: random.Random, skill: float) -> HandIn:
    definitions, how = [], {}
    for exercise in topic.exercises:
        answers = found.answers.get(exercise.name, ())
        kind = "right" if draw.random() < skill else "wrong" if draw.random() < 0.75 else "mutant"
        fitting = [one for one in answers if one.how.startswith((kind, "reference") if kind == "right" else kind)]
        if not fitting:
            continue
        # Few mistakes are common: the first of a list is made more often than the last.
        answer = fitting[min(int(draw.expovariate(0.8)), len(fitting) - 1)]
        definitions.append((exercise.name, Style(draw).visit(copy.deepcopy(answer.definition))))
        how[exercise.name] = answer.how
    return HandIn(tuple(definitions), how)


def _disguised(original: HandIn, disguise: str, draw: random.Random) -> HandIn:
    definitions = [(name, copy.deepcopy(node)) for name, node in original.definitions]
    if disguise in ("renamed", "all"):
        definitions = [(name, Style(draw, only_names=True).visit(node)) for name, node in definitions]
    if disguise in ("reordered", "all"):
        draw.shuffle(definitions)
    return HandIn(tuple(definitions), original.how)


def _text(found: Material, hand_in: HandIn, draw: random.Random, *, formatted: bool) -> str:
    parts = [ast.unparse(node) for node in (*found.shared, *(node for _, node in hand_in.definitions))]
    text = "\n\n\n".join(parts) + "\n"
    if formatted:  # as a formatter or a hand would: other indents, comments, blank lines
        text = "\n".join(
            line.replace("    ", "  ") + ("  # ok" if draw.random() < 0.1 and line.strip() else "")
            for line in text.splitlines()
        )
    return text


def _notebook(text: str) -> str:
    plain: dict[str, Any] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    cells = [{**plain, "id": f"c{number}", "source": part} for number, part in enumerate(text.split("\n\n\n"))]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def make(
    folder: Path, students: int, topics: list[str], copies: int, hostile: int, seed: int, mutants: int = _MUTANTS
) -> None:
    """Write the deliveries and the truth; `mutants` of each exercise."""
    course = load_course(ROOT)
    draw = random.Random(seed)
    alone = range(2 * copies, students) if len(topics) > 1 else range(0)  # who neither copies nor is copied
    falling, leaving = set(alone[3::_FALLS_EVERY]), set(alone[4::_LEAVES_EVERY])
    truth: dict[str, Any] = {"answers": {}, "copies": [], "hostile": []}
    truth |= {"falling": [f"student-{number:03d}" for number in sorted(falling)]}
    truth |= {"leaving": [f"student-{number:03d}" for number in sorted(leaving - falling)]}
    shutil.rmtree(folder, ignore_errors=True)
    for week, name in enumerate(topics, start=1):
        topic = course.topic(name)
        assert topic is not None
        found = material(course, topic, mutants)
        written: dict[str, HandIn] = {}
        for number in range(students):
            student = f"student-{number:03d}"
            if number in leaving - falling and week == len(topics):
                continue
            skill = min(0.95, 0.45 + 0.55 * random.Random(number).random())
            if number in falling:
                skill = 0.95 - 0.9 * (week - 1) / (len(topics) - 1)
            written[student] = _written(found, topic, draw, skill)
        for number in range(copies):
            author, copier = f"student-{2 * number:03d}", f"student-{2 * number + 1:03d}"
            disguise = _DISGUISES[number % len(_DISGUISES)]
            written[copier] = _disguised(written[author], disguise, draw)
            truth["copies"].append([week, author, copier, disguise])
        disguises = {copier: disguise for at, _, copier, disguise in truth["copies"] if at == week}
        for student, hand_in in written.items():
            text = _text(found, hand_in, draw, formatted=disguises.get(student) in ("formatted", "all"))
            path = folder / f"week{week}" / student / f"{name}.py"
            path.parent.mkdir(parents=True)
            if int(student[-3:]) % 10 == 9:
                path.with_suffix(".ipynb").write_text(_notebook(text), encoding="utf-8")
            else:
                path.write_text(text, encoding="utf-8")
            truth["answers"].setdefault(student, {})[name] = hand_in.how
    files = sorted([*HOSTILE.glob("denial/*.py"), *HOSTILE.glob("theft/*.py")])
    for number, source in enumerate(files[:: max(1, len(files) // hostile)][:hostile] if hostile else []):
        if ".make" in source.name:
            continue
        target = folder / "week1" / f"hostile-{number:02d}" / f"{topics[0]}.py"
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())
        truth["hostile"].append([target.parent.name, source.stem])
    (folder / "truth.json").write_text(json.dumps(truth))


def clusters(folder: Path, results: Path) -> None:
    """Print how well the groups of a graded class agree with how its answers were made."""
    answers = json.loads((folder / "truth.json").read_text())["answers"]
    with sqlite3.connect(results / "results.db") as database:
        rows = database.execute(
            "SELECT clusters.id, topic, exercise, mistake, student"
            " FROM clusters JOIN cluster_members ON cluster = clusters.id"
        ).fetchall()
    placed = [
        (number, topic, exercise, mistake, answers[student][topic][exercise])
        for number, topic, exercise, mistake, student in rows
        if exercise in answers.get(student, {}).get(topic, {})
    ]
    in_cluster: dict[int, Counter[str]] = defaultdict(Counter)
    of_label: dict[tuple[str, str, str], Counter[int]] = defaultdict(Counter)
    named = wrongly_named = 0
    for number, topic, exercise, mistake, how in placed:
        in_cluster[number][how] += 1
        of_label[topic, exercise, how][number] += 1
        if mistake and how.startswith("wrong:"):
            named += 1
            wrongly_named += how != f"wrong:{mistake}"
    total = len(placed)
    purity = sum(max(labels.values()) for labels in in_cluster.values()) / total
    completeness = sum(max(numbers.values()) for numbers in of_label.values()) / total
    known = sum(how.startswith("wrong:") for *_, how in placed)
    print(f"{total} answers that fail, in {len(in_cluster)} clusters, made in {len(of_label)} ways")
    print(f"purity {purity:.3f} (of a cluster's answers, those made in its commonest way)")
    print(f"completeness {completeness:.3f} (of the answers made in one way, those in its largest cluster)")
    print(f"known mistakes: {known} answers, {named} named, {wrongly_named} of these by another name")


def needs(folder: Path, results: Path) -> None:
    """Print how many of those who fall behind or left are named on the class page, and who else is."""
    truth = json.loads((folder / "truth.json").read_text())
    page = (results / "index.html").read_text(encoding="utf-8")
    section = page.partition('<section id="help">')[2].partition("</section>")[0]
    named = dict(re.findall(r'<li data-find="([^"]*)"><a [^>]*>[^<]*</a>: (.*)</li>', section))
    hostile = {student for student, _ in truth["hostile"]}
    for what, planted in (("falling", truth["falling"]), ("leaving", truth["leaving"]), ("hostile", sorted(hostile))):
        print(f"{what}: {sum(student in named for student in planted)} of {len(planted)} named")
    others = sorted(set(named) - hostile - {*truth["falling"], *truth["leaving"]})
    print(f"others: {len(others)}", *(f"{student}: {named[student]}" for student in others), sep="\n  ")


def similar(folder: Path) -> None:
    """Print how many planted copies are found, by disguise, and how many pairs are false alarms."""
    truth = json.loads((folder / "truth.json").read_text())
    for week in sorted(folder.glob("week*")):
        command = [sys.executable, "-m", "antorcha.cli.main", "similar", str(week), "--json", "--course", str(ROOT)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found = {frozenset(pair["students"]): pair for pair in json.loads(done.stdout)["pairs"]}
        planted = {frozenset((a, b)): how for at, a, b, how in truth["copies"] if f"week{at}" == week.name}
        hits = {how: sum(pair in found for pair, one in planted.items() if one == how) for how in _DISGUISES}
        counts = Counter(planted.values())
        false = [pair for pair in found if pair not in planted]
        said = ", ".join(f"{how} {hits[how]}/{counts[how]}" for how in _DISGUISES)
        people = len(list(week.iterdir()))
        print(f"{week.name}: {said}; false alarms {len(false)} of {people * (people - 1) // 2 - len(planted)} pairs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "clusters", "needs", "similar"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("results", type=Path, nargs="?")
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--topics", nargs="+", default=["tensors", "shapes", "operations"])
    parser.add_argument("--copies", type=int, default=12)
    parser.add_argument("--hostile", type=int, default=20)
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    if args.what == "make":
        make(args.folder, args.students, args.topics, args.copies, args.hostile, args.seed)
        count = sum(1 for _ in args.folder.glob("week*/*"))
        print(f"{count} hand-ins in {len(args.topics)} weeks: {args.folder}")
    elif args.what == "clusters":
        clusters(args.folder, args.results)
    elif args.what == "needs":
        needs(args.folder, args.results)
    else:
        similar(args.folder)


if __name__ == "__main__":
    main()
