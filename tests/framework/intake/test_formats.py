"""One class in every format: the same people, the same files, and none lost whatever happens to the delivery."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from antorcha.bulk.grade import LocalEngine
from antorcha.course.load import load_course
from antorcha.course.model import Course, Exercise, Topic
from antorcha.errors import UserError
from antorcha.grading.run import GradingOptions, grade
from antorcha.intake.model import Delivery
from antorcha.intake.read import read_delivery
from antorcha.intake.roster import read_roster
from antorcha.store.db import Store

COURSE = Course("Two", (Topic("tensors", (Exercise("zeros"),)), Topic("shapes", (Exercise("flatten"),))), language="es")
STUB = "def zeros():\n    raise NotImplementedError\n"
BROKEN = "def zeros(:\n    return 0\n"

FIRST = ["Ana", "Bea", "Íñigo", "Zoë", "Marc"]
LAST = ["García", "Núñez", "Gil", "Ortega", "Peña", "Díaz", "Roca", "Sanz"]


def answer(number: int, topic: str = "tensors") -> str:
    name = {"tensors": "zeros", "shapes": "flatten"}[topic]
    return f"def {name}():\n    return {number}\n"


def as_notebook(code: str) -> str:
    cell = {"cell_type": "code", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@dataclass
class Someone:
    """A student of the generated class. `attempts`: files by name, the oldest attempt first."""

    number: int
    name: str
    attempts: list[dict[str, str]]
    late: bool = False

    @property
    def id(self) -> str:
        return str(20240000 + self.number)

    @property
    def username(self) -> str:
        return f"user{self.number:02}"

    @property
    def email(self) -> str:
        return f"{self.username}@example.edu"


@dataclass
class TheClass:
    people: list[Someone] = field(default_factory=list)

    @classmethod
    def made(cls) -> TheClass:
        """Make 40 people: modules, notebooks, broken files, late ones, several attempts, two of one name."""
        people = []
        for number in range(40):
            name = f"{FIRST[number % 5]} {LAST[number // 5]}" if number != 39 else "Ana García"
            files = {"tensors.py": answer(number), "shapes.py": answer(number, "shapes")}
            attempts = [files]
            if number % 5 == 1:
                attempts = [{"tensors.ipynb": as_notebook(answer(number))}]
            if number % 8 == 2:
                attempts = [{"tensors.py": BROKEN}]
            if number % 8 == 3:
                attempts = [{"tensors.py": answer(1000 + number)}, files]
            people.append(Someone(number, name, attempts, late=number % 8 == 3))
        return cls(people)

    def roster(self, folder: Path) -> Path:
        path = folder / "roster.csv"
        rows = [
            f'{person.id};"{person.name.split()[1]}, {person.name.split()[0]}";{person.email};{person.username};A'
            for person in self.people
        ]
        path.write_text("\n".join(["Número de ID;Nombre completo;Correo;Usuario;Grupo", *rows]), encoding="cp1252")
        return path


Files = dict[str, str]


def in_folders(people: list[Someone]) -> Files:
    return {
        f"{person.username}/{f'intento {number}/' if len(person.attempts) > 1 else ''}{name}": code
        for person in people
        for number, files in enumerate(person.attempts, start=1)
        for name, code in files.items()
    }


def flat(people: list[Someone]) -> Files:
    made = {}
    for person in people:
        for number, files in enumerate(person.attempts):
            for name, code in files.items():
                stem, end = name.split(".")
                made[f"{person.username}_{stem}{f' ({number})' if number else ''}.{end}"] = code
    return made


def moodle(people: list[Someone], *, folders: bool = True) -> Files:
    """Moodle keeps the last attempt only."""
    between = "/" if folders else ""
    made = {
        f"{person.name}_{7000 + person.number}_assignsubmission_file_{between}{name}": code
        for person in people
        for name, code in person.attempts[-1].items()
    }
    online_text = f"{people[4].name}_{7000 + people[4].number}_assignsubmission_onlinetext_{between}onlinetext.html"
    return {**made, online_text: "<p>hola</p>"}


def canvas(people: list[Someone]) -> Files:
    made = {}
    for person in people:
        first, last = person.name.lower().split()
        for number, files in enumerate(person.attempts):
            for name, code in files.items():
                stem, end = name.split(".")
                late = "_LATE" if person.late else ""
                again = f"-{number}" if number else ""
                upload = 900000 + 100 * number + 10 * person.number + len(made) % 10
                made[f"{last}{first}{late}_{person.id}_{upload}_{stem}{again}.{end}"] = code
    return made


def blackboard(people: list[Someone]) -> Files:
    made = {}
    for person in people:
        for number, files in enumerate(person.attempts, start=1):
            stem = f"Tarea_1 de redes_{person.username}_attempt_2026-03-{number:02}-10-00-00"
            made[f"{stem}.txt"] = f"Nombre: {person.name} ({person.username})\nTarea: Tarea_1 de redes\n"
            made |= {f"{stem}_{name}": code for name, code in files.items()}
    return made


def gradescope(people: list[Someone]) -> Files:
    made = {}
    lines = ["---"]
    for person in people:
        folder = f"submission_{300000 + person.number}"
        lines += [
            f"{folder}:",
            "  :submitters:",
            f"  - :name: {person.name}",
            f'    :sid: "{person.id}"',
            f"    :email: {person.email}",
        ]
        lines += ["  :created_at: !ruby/object:ActiveSupport::TimeWithZone", "    utc: 2026-03-05 10:00:00 Z"]
        made |= {f"assignment_1_export/{folder}/{name}": code for name, code in person.attempts[-1].items()}
    return {**made, "assignment_1_export/submission_metadata.yml": "\n".join(lines)}


def github(people: list[Someone]) -> Files:
    made = {}
    for person in people:
        clone = f"tarea-1-submissions/tarea-1-{person.username}"
        made |= {f"{clone}/{name}": code for name, code in person.attempts[-1].items()}
        made[f"{clone}/.git/HEAD"] = "ref: refs/heads/main\n"
        made[f"{clone}/README.md"] = "# Tarea 1\n"
    return made


def submitted(people: list[Someone]) -> Files:
    made = {}
    for person in people:
        made |= {f"submitted/{person.username}/ps1/{name}": code for name, code in person.attempts[-1].items()}
        made[f"submitted/{person.username}/ps1/timestamp.txt"] = "2026-03-05 10:00:00 UTC"
    return made


def inbound(people: list[Someone]) -> Files:
    return {
        f"{person.username}+ps1+2026-03-{number:02} 10:00:00.000000 UTC+abc{number}/{name}": code
        for person in people
        for number, files in enumerate(person.attempts, start=1)
        for name, code in files.items()
    }


def by_topic(people: list[Someone]) -> Files:
    return {
        f"{name.split('.')[0]}/{person.username}/{name}": code
        for person in people
        for name, code in person.attempts[-1].items()
    }


FORMATS: dict[str, tuple[str, Callable[[list[Someone]], Files]]] = {
    "folders": ("folders", in_folders),
    "flat files": ("folders", flat),
    "moodle in folders": ("moodle", moodle),
    "moodle, flat": ("moodle", lambda people: moodle(people, folders=False)),
    "canvas": ("canvas", canvas),
    "blackboard": ("blackboard", blackboard),
    "gradescope": ("gradescope", gradescope),
    "github classroom": ("github-classroom", github),
    "nbgrader submitted": ("nbgrader", submitted),
    "nbgrader inbound": ("nbgrader", inbound),
    "a folder per topic": ("per-assignment", by_topic),
}
NAMESAKES_BY_NAME = ("moodle in folders", "moodle, flat")  # these deliveries hold nothing that a roster could tell by


def put(root: Path, files: Files) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def zipped(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 5, 10, 0, 0)), content)
    return path


def answers(delivery: Delivery) -> dict[str, dict[str, object]]:
    """Return what each person would be graded for, by the roster's id."""
    return {
        submission.person.id: {
            topic: [cell.code for cell in file.cells] or (file.problem and file.problem.kind)
            for topic, file in submission.files.items()
        }
        for submission in delivery.submissions
    }


def wanted(people: list[Someone]) -> dict[str, dict[str, object]]:
    made: dict[str, dict[str, object]] = {}
    for person in people:
        made[person.id] = {}
        for name, code in sorted(person.attempts[-1].items(), reverse=True):
            cell = json.loads(code)["cells"][0]["source"] if name.endswith(".ipynb") else code
            made[person.id][name.split(".")[0]] = "syntax_error" if code == BROKEN else [cell]
    return made


def all_paths(delivery: Delivery) -> list[str]:
    records = [*delivery.records, *(record for submission in delivery.submissions for record in submission.records)]
    assert all(bool(record.topics) != bool(record.reason) for record in records)
    return [record.path for record in records]


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("packed", [False, True])
def test_a_class_comes_out_the_same_in_every_format(tmp_path: Path, name: str, packed: bool) -> None:
    the_class = TheClass.made()
    people = the_class.people[:39] if name in NAMESAKES_BY_NAME else the_class.people
    the_class.people = people
    form, write = FORMATS[name]
    files = write(people)
    path = zipped(tmp_path / "class.zip", files) if packed else put(tmp_path / "class", files)
    delivery = read_delivery(path, COURSE, roster=read_roster(the_class.roster(tmp_path)))
    assert delivery.format == form
    assert answers(delivery) == wanted(people)
    assert {submission.on_roster for submission in delivery.submissions} == {True}
    late = {submission.person.id for submission in delivery.submissions if submission.late}
    assert late == ({person.id for person in people if person.late} if name == "canvas" else set())
    assert delivery.file_count == len(files)


@pytest.mark.parametrize("name", ["blackboard", "nbgrader inbound", "folders"])
def test_the_paths_of_two_attempts_tell_them_apart(tmp_path: Path, name: str) -> None:
    someone = Someone(1, "Ana García", [{"tensors.py": answer(1)}, {"tensors.py": answer(2)}])
    put(tmp_path, FORMATS[name][1]([someone, Someone(2, "Bea Gil", [{"tensors.py": answer(3)}])]))
    notes = [
        note for submission in read_delivery(tmp_path, COURSE).submissions for note in submission.files["tensors"].notes
    ]
    assert [note.kind for note in notes] == ["another_file"]
    assert notes[0].details["file"] != notes[0].details["used"]


def test_nobody_is_told_of_files_that_the_release_itself_brought(tmp_path: Path) -> None:
    course = replace(COURSE, root=tmp_path / "course")
    put(course.exercises_dir, {"data/text/train.csv": "x"})
    brought = (
        *("_antorcha/answers/tensors.bin", "_antorcha/locale/es/LC_MESSAGES/course.mo", "_antorcha/manifest.json"),
        *("data/text/train.csv", "requirements.txt", "test_tensors.py", "timestamp.txt"),
        "wheels/antorcha-0.1.0-py3-none-any.whl",
    )
    files = {f"submitted/ana/tensors/{name}": "x" for name in (*brought, "foto.jpg", "mine/train.csv")}
    put(tmp_path / "class", {**files, "submitted/ana/tensors/tensors.py": answer(1)})
    delivery = read_delivery(tmp_path / "class", course)
    (ana,) = delivery.submissions
    assert [(note.kind, note.details["files"]) for note in ana.notes] == [
        ("foreign_set_aside", "tensors/foto.jpg, tensors/mine/train.csv")
    ]
    by_people = [record.path for _, record in delivery.set_aside_by_people]
    assert len(delivery.set_aside) - len(by_people) == len(brought)
    assert sorted(path.rpartition("/")[2] for path in by_people) == ["foto.jpg", "train.csv"]


MARKED = """
def test_even(agree, student):
    agree.that(student.NAME() % 2 == 0, "Even.")


def test_a_third(agree, student):
    agree.that(student.NAME() % 3 == 0, "A multiple of three.")


def test_small(agree, student):
    agree.that(student.NAME() < 20, "Small.")
"""
MARKED_COURSE = """
title = "Two"
language = "es"
topics = [
    { name = "tensors", exercises = [{ name = "zeros", points = 3 }] },
    { name = "shapes", exercises = [{ name = "flatten", points = 3 }] },
]
"""


def marks_wanted(people: list[Someone]) -> dict[str, dict[str, float]]:
    """Return each person's points for the number in the last attempt: one for each of the three tests."""
    made: dict[str, dict[str, float]] = {}
    for person in people:
        points = (person.number % 2 == 0) + (person.number % 3 == 0) + (person.number < 20)
        files = {name.split(".")[0]: points for name, code in person.attempts[-1].items() if code != BROKEN}
        made[person.id] = {topic: files.get(topic, 0) for topic in ("tensors", "shapes")}
    return made


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """A course on the disk, whose marks depend on the number in an answer, and where its results are kept."""
    root = tmp_path_factory.mktemp("marked")
    files = {"grading.toml": MARKED_COURSE}
    for topic, name in (("tensors", "zeros"), ("shapes", "flatten")):
        files[f"reference/{topic}.py"] = files[f"exercises/{topic}.py"] = answer(0, topic)
        for folder in ("exercises", "graders"):
            files[f"{folder}/test_{topic}.py"] = MARKED.replace("NAME", name)
    return load_course(put(root, files)), root / "results.db"


@pytest.mark.slow  # the first grades the class; the others reuse what has the same code and the same names of files
@pytest.mark.parametrize("name", list(FORMATS))
def test_a_class_gets_the_same_marks_in_every_format(tmp_path: Path, name: str, marked: tuple[Course, Path]) -> None:
    course, database = marked
    the_class = TheClass.made()
    the_class.people = the_class.people[:39] if name in NAMESAKES_BY_NAME else the_class.people
    path = put(tmp_path / "class", FORMATS[name][1](the_class.people))
    delivery = read_delivery(path, course, roster=read_roster(the_class.roster(tmp_path)))
    with Store(database) as store:
        run = grade(course, delivery, store, options=GradingOptions(LocalEngine(1)))
        assert len(list(run)) == 2 * len(the_class.people)
        table = run.table()
    assert {
        table.people[row.student].id: {topic.topic: topic.points for topic in row.topics} for row in table.rows
    } == marks_wanted(the_class.people)


def test_two_of_one_name_are_two_without_a_roster_and_refused_with_one(tmp_path: Path) -> None:
    the_class = TheClass.made()
    put(tmp_path / "class", moodle(the_class.people))
    delivery = read_delivery(tmp_path / "class", COURSE)
    assert len(delivery.submissions) == 40
    names = [submission.student for submission in delivery.submissions if "García" in submission.student]
    assert [name for name in names if name.startswith("Ana")] == ["Ana García (7000)", "Ana García (7039)"]
    with pytest.raises(UserError, match=r'2 people called "Ana García" \(20240000, 20240039\)'):
        read_delivery(tmp_path / "class", COURSE, roster=read_roster(the_class.roster(tmp_path)))


def test_the_format_that_is_asked_for_overrules(tmp_path: Path) -> None:
    put(tmp_path, canvas(TheClass.made().people[:6]))
    assert read_delivery(tmp_path, COURSE).format == "canvas"
    assert len(read_delivery(tmp_path, COURSE, format_name="folders").submissions) > 6
    with pytest.raises(UserError, match="nothing here looks like Gradescope"):
        read_delivery(tmp_path, COURSE, format_name="gradescope")


def test_topics_as_students_stop_with_a_sentence(tmp_path: Path) -> None:
    put(tmp_path, {"tensors/tensors.py": answer(1), "shapes/shapes.py": answer(1, "shapes")})
    with pytest.raises(UserError, match="every student of this delivery has the name of a topic"):
        read_delivery(tmp_path, COURSE)


def test_an_archive_for_each_topic_is_a_folder_for_each_topic(tmp_path: Path) -> None:
    people = TheClass.made().people[:6]
    for topic in ("tensors", "shapes"):
        files = {name.split("/", 1)[1]: code for name, code in by_topic(people).items() if name.startswith(topic)}
        zipped(put(tmp_path / "class", {}) / f"{topic}.zip", files)
    delivery = read_delivery(tmp_path / "class", COURSE)
    assert delivery.format == "per-assignment"
    assert [submission.student for submission in delivery.submissions] == [person.username for person in people]
    assert delivery.file_count == len(by_topic(people))


def test_an_archive_for_each_topic_may_be_one_student_s(tmp_path: Path) -> None:
    folder = tmp_path / "ana"
    folder.mkdir()
    zipped(folder / "tensors.zip", {"tensors.py": answer(1)})
    zipped(folder / "shapes.zip", {"shapes.py": answer(1, "shapes")})
    (submission,) = read_delivery(folder, COURSE).submissions
    assert (submission.student, list(submission.files)) == ("ana", ["tensors", "shapes"])


@pytest.mark.parametrize("stray", ["README.md", "eva_tensors.docx", ".DS_Store"])
@pytest.mark.parametrize("name", ["nbgrader submitted", "github classroom", "gradescope", "folders"])
def test_a_stray_file_beside_the_class_s_folder_merges_nobody(tmp_path: Path, stray: str, name: str) -> None:
    people = TheClass.made().people[:6]
    files = FORMATS[name][1](people)
    files = {f"class/{path}": code for path, code in files.items()} if name == "folders" else files
    delivery = read_delivery(put(tmp_path, {**files, stray: "x"}), COURSE)
    assert len([submission for submission in delivery.submissions if submission.student != "eva"]) == 6
    assert stray in all_paths(delivery)


@pytest.mark.parametrize(
    "names", [("Ana García", "garcia_ana"), ("Ana García", "ana_garcia"), ("Jose Gil", "José Gil")]
)
def test_one_person_under_two_forms_stops_with_a_sentence(tmp_path: Path, names: tuple[str, str]) -> None:
    put(tmp_path, {f"{name}/tensors.py": answer(1) for name in names})
    with pytest.raises(UserError, match="look like one person"):
        read_delivery(tmp_path, COURSE)
    assert len(read_delivery(tmp_path, COURSE, format_name="folders").submissions) == 2


def test_names_that_differ_in_case_or_in_the_encoding_of_an_accent_stay_apart_with_a_remark(tmp_path: Path) -> None:
    names = ["Garc\u00eda", "Garci\u0301a", "ana", "Ana"]
    put(tmp_path, {f"{name}/tensors.py": answer(number) for number, name in enumerate(names)})
    delivery = read_delivery(tmp_path, COURSE)
    assert len(delivery.submissions) == 4
    assert [remark.kind for remark in delivery.remarks] == ["namesakes", "namesakes"]


QUICK = 30


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < QUICK else pytest.mark.slow) for seed in range(200)]
)
def test_no_file_is_lost_whatever_happens_to_a_delivery(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    people = chance.sample(TheClass.made().people[:38], 6)
    files = {name: content.encode() for name, content in FORMATS[chance.choice(list(FORMATS))][1](people).items()}
    for _ in range(chance.randint(1, 5)):
        mutate(files, chance)
    root = tmp_path / "class"
    for name, content in files.items():
        path = root / name
        if not any(parent.is_file() for parent in path.parents) and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    on_disk = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    try:
        delivery = read_delivery(root, COURSE)
    except UserError as error:  # people who cannot be told apart are refused as a whole
        if "look like one person" in error.message or "no submissions found" in error.message:
            return
        raise
    recorded = all_paths(delivery)
    lost = [name for name in on_disk if not any(is_about(path, name) for path in recorded)]
    assert lost == []
    assert len(set(recorded)) == len(recorded)


def is_about(recorded: str, name: str) -> bool:
    """Tell if a record is of this file, of something in it (an archive), or of a leftover folder around it."""
    shown = name.replace("\x1b", "\ufffd")
    return recorded == shown or recorded.startswith(f"{shown}/") or shown.startswith(f"{recorded}/")


def mutate(files: dict[str, bytes], chance: random.Random) -> None:
    name = chance.choice(sorted(files))
    content = files[name]
    folder, _, last = name.rpartition("/")
    stem, _, end = last.rpartition(".")
    put_as = f"{folder}/" if folder else ""
    match chance.randrange(11):
        case 0:
            files[f"{put_as}{stem} ({chance.randint(1, 3)}).{end}"] = files.pop(name)
        case 1:
            files[f"{put_as}{stem} - copia.{end}"] = content + b"\n"
        case 2:
            files[f"{put_as}entrega/{'x/' * chance.randint(0, 20)}{last}"] = files.pop(name)
        case 3:
            files[name] = content[: len(content) // 2]
        case 4:
            files[name] = content.decode("utf-8", "replace").encode(
                chance.choice(["utf-16", "cp1252", "utf-8-sig"]), "replace"
            )
        case 5:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr(f"{'a/' * chance.randint(0, 3)}{last}", files.pop(name))
            files[f"{put_as}{stem}.zip"] = packed.getvalue()
        case 6:
            files[f"{put_as}{stem}.{chance.choice(['rar', '7z', 'docx', 'txt', 'pdf', 'py.txt', 'PY'])}"] = files.pop(
                name
            )
        case 7:
            files[f"{put_as}{chance.choice(['.DS_Store', '__pycache__/a.pyc', '__MACOSX/b', 'Thumbs.db'])}"] = b"\0"
        case 8:
            files[f"{chance.choice(['notas.csv', 'README.md', 'carla.pdf', 'dora.rar', 'eva_tensors.docx'])}"] = content
        case 9:
            files[name] = b""
        case _:
            files[f"{put_as}{chance.choice(['utils', 'final', 'tensors_v2', 'mío'])}.py"] = content
