"""The list of a class: exports as they are, and how the people of a delivery are found on them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from antorcha.course.model import Course, Exercise, Topic
from antorcha.course.shuffled_quizzes import SHUFFLED_QUIZZES_FILE, OptionOrders
from antorcha.errors import UserError
from antorcha.intake.model import Delivery, Person, Submission
from antorcha.intake.read import read_delivery
from antorcha.intake.roster import read_roster

COURSE = Course("One", (Topic("tensors", (Exercise("zeros"),)),))
CANVAS_GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Tarea 1 (7)
"    Points Possible",,,,,9
"García, Ana",5001,20240001,agarcia,Grupo 1,8
"Student, Test",9,,x,Grupo 1,
"""
CODE = "def zeros():\n    return 0\n"


def roster(folder: Path, text: str | bytes) -> list[Person]:
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return [entry.person for entry in read_roster(path)]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "Nombre,Apellido(s),Número de ID,Dirección de correo,Grupos\nAna,García,20240001,ana@uni.es,A1\n",
            Person("Ana García", "20240001", "ana@uni.es", "", "A1"),
        ),
        (
            '\ufeff"First name";"Surname";"ID number";"Email address"\nAna;García;20240001;ana@uni.es\n',
            Person("Ana García", "20240001", "ana@uni.es"),
        ),
        (
            CANVAS_GRADEBOOK,
            Person("García, Ana", "20240001", "", "agarcia", "Grupo 1"),
        ),
        (
            "First Name,Last Name,SID,Email,Sections,Total\nAna,García,20240001,ana@uni.es,Lunes,9\n",
            Person("Ana García", "20240001", "ana@uni.es", "", "Lunes"),
        ),
        (
            '"identifier","github_username","github_id","name"\n"Ana García","anag","77",""\n',
            Person("Ana García", "Ana García", "", "anag"),
        ),
        ("Apellidos y nombre\tUsuario\nGarcía, Ana\tagarcia\n", Person("García, Ana", "", "", "agarcia")),
        ("Ana García\n", Person("Ana García")),
    ],
)
def test_exports_are_read_as_they_are(tmp_path: Path, text: str, person: Person) -> None:
    assert roster(tmp_path, text) == [person]


def test_a_list_in_another_encoding_is_read(tmp_path: Path) -> None:
    for encoding in ("cp1252", "utf-16"):
        assert roster(tmp_path, "Nombre;Apellidos\nÍñigo;Núñez\n".encode(encoding)) == [Person("Íñigo Núñez")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "none of its columns is called name"),
        (b"name\n\0\0\n", "is not a CSV file"),
        ("id,name\n1,Ana\n1,Bea\n", 'the id 1 belongs to "Ana" and to "Bea"'),
    ],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        roster(tmp_path, text)


def delivered(folder: Path, names: list[str], listed: str) -> Delivery:
    for name in names:
        path = folder / "class" / name / "tensors.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CODE)
    (folder / "roster.csv").write_text(listed, encoding="utf-8")
    return read_delivery(folder / "class", COURSE, roster=read_roster(folder / "roster.csv"))


LISTED = "id,name,email,username\n1001,Ana García,ana.garcia@uni.es,u1\n1002,Beatriz Núñez Gil,bea@uni.es,u2\n"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "1001",
            "u1",
            "U1",
            "ana.garcia",
            "ana.garcia@uni.es",
            "Ana García",
            "García, Ana",
            "garcia_ana",
            "ANA GARCIA",
        ),
        *("1001_Ana", "Ana Garcia - 1001", unicodedata.normalize("NFD", "Ana García")),
    ],
)
def test_a_person_is_found_under_any_of_their_names(tmp_path: Path, name: str) -> None:
    delivery = delivered(tmp_path, [name], LISTED)
    ana, beatriz = delivery.submissions
    assert (ana.student, ana.person.id, ana.on_roster, bool(ana.files)) == ("Ana García", "1001", True, True)
    assert (beatriz.student, beatriz.on_roster, beatriz.files) == ("Beatriz Núñez Gil", True, {})
    assert [note.kind for note in beatriz.notes] == ["nothing_handed_in"]


def test_who_is_not_on_the_list_is_graded_all_the_same(tmp_path: Path) -> None:
    delivery = delivered(tmp_path, ["ana garcia", "Ana", "carlos"], LISTED)
    graded = {submission.student: submission.on_roster for submission in delivery.submissions if submission.files}
    assert graded == {"Ana García": True, "Ana": False, "carlos": False}


TWINS = "id,name\n1001,Ana García\n1002,Ana García\n"


def test_two_of_one_name_are_told_apart_by_id(tmp_path: Path) -> None:
    delivery = delivered(tmp_path, ["Ana García 1001", "Ana García 1002"], TWINS)
    assert [submission.student for submission in delivery.submissions] == ["Ana García (1001)", "Ana García (1002)"]


def test_two_of_one_name_without_an_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"2 people called \"Ana García\" \(1001, 1002\)"):
        delivered(tmp_path, ["Ana García"], TWINS)


def test_two_folders_of_one_person_on_the_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match='are both "Ana García" on the roster'):
        delivered(tmp_path, ["u1", "1001"], LISTED)


def test_moodle_s_grading_worksheet_tells_two_of_one_name_apart(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    for number in (7001, 7002):
        name = f"Ana García_{number}_assignsubmission_file_tensors.py"
        (tmp_path / "class" / name).write_text(CODE)
    worksheet = (
        "Identificador,Nombre completo,Número de ID,Dirección de correo,Estado,Calificación\n"
        "Participante 7002,Ana García,,ana.garcia2@uni.es,Enviado,-\n"
        "Participante 7001,Ana García,,ana.garcia@uni.es,Enviado,-\n"
        "Participante 7003,Bea Gil,,bea@uni.es,No entregado,-\n"
    )
    delivery = delivered(tmp_path, [], worksheet)
    emails = {file.path: submission.person.email for submission in delivery.submissions for file in submission.records}
    assert emails == {
        "Ana García_7001_assignsubmission_file_tensors.py": "ana.garcia@uni.es",
        "Ana García_7002_assignsubmission_file_tensors.py": "ana.garcia2@uni.es",
    }
    assert [submission.student for submission in delivery.submissions if not submission.files] == ["Bea Gil"]
    assert {submission.person.id for submission in delivery.submissions} == {""}


def test_canvas_s_run_together_names_are_found(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    for name in ("garciaana_77_900_tensors.py", "nunezgilbeatriz_78_901_tensors.py"):
        (tmp_path / "class" / name).write_text(CODE)
    delivery = delivered(tmp_path, [], LISTED)
    assert {submission.student: submission.person.id for submission in delivery.submissions if submission.files} == {
        "Ana García": "1001",
        "Beatriz Núñez Gil": "1002",
    }


def test_canvas_s_own_numbers_are_found_in_its_gradebook(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    for name in ("garciaana_5001_900_tensors.py", "garciaana_5002_901_tensors.py"):
        (tmp_path / "class" / name).write_text(CODE)
    gradebook = 'Student,ID,SIS User ID\n"García, Ana",5001,a1\n"García, Ana",5002,a2\n'
    delivery = delivered(tmp_path, [], gradebook)
    assert [submission.student for submission in delivery.submissions] == ["García, Ana (a1)", "García, Ana (a2)"]


def test_shuffled_quizzes_find_their_person_through_the_roster(tmp_path: Path) -> None:
    quiz = Topic("ideas", (Exercise("which", kind="quiz"),))
    course = Course("Quiz", (quiz,), shuffle_quizzes=True, root=tmp_path)
    (tmp_path / SHUFFLED_QUIZZES_FILE).write_text("1001\nCarlos\n")
    people = (Submission("Ana García", person=Person("Ana García", "1001")), Submission("Bea", person=Person("Bea")))
    orders = OptionOrders(course, Delivery("folders", people).known_as)
    assert orders.of("Ana García", "ideas") == "1001"
    assert orders.not_shuffled(["Ana García", "Bea", "Carlos"]) == ["Bea"]
