"""grading.toml: what is read from it, and how its mistakes are told."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from support.paths import ROOT

from antorcha.course import model
from antorcha.course.load import load_course
from antorcha.course.locate import find_course, key_lines
from antorcha.course.manifest import manifest_path, read_extra, read_manifest, write_manifest
from antorcha.course.schema import json_schema
from antorcha.errors import UserError

GOOD = """\
title = "Tiny"  # a comment
language = "en"
languages = ["en", "es"]
seed = 7
devices = ["cpu", "accelerator"]

[limits]
call_cpu_seconds = 2
memory_mib = 512

[tolerances]
float32 = { rtol = 1e-3, atol = 0 }

[device_tolerances.cuda]
float32 = { rtol = 1e-2, atol = 1e-3 }

[[topics]]
name = "basics"
title = "The basics"
exercises = [
    { name = "double", points = 2 },
    { name = "mend", kind = "debug" },
]

[[topics]]
name = "more"
exercises = [{ name = "third" }]
"""


def write(folder: Path, text: str | bytes) -> Path:
    data = text.encode() if isinstance(text, str) else text
    (folder / "grading.toml").write_bytes(data)
    return folder


def mistakes(folder: Path, text: str | bytes) -> list[str]:
    """The lines of the one error that `text` gives, without the file's folder."""
    with pytest.raises(UserError) as caught:
        load_course(write(folder, text))
    return [line.replace(f"{folder / 'grading.toml'}", "grading.toml") for line in caught.value.message.split("\n")]


def test_everything_is_read(tmp_path: Path) -> None:
    course = load_course(write(tmp_path, GOOD))
    assert (course.title, course.language, course.languages, course.seed) == ("Tiny", "en", ("en", "es"), 7)
    assert course.devices == ("cpu", "accelerator")
    assert course.root == tmp_path.resolve()
    assert course.limits == model.Limits(call_cpu_seconds=2.0, memory_mib=512)
    assert course.topics == (
        model.Topic("basics", (model.Exercise("double", 2.0), model.Exercise("mend", 1.0, "debug")), "The basics"),
        model.Topic("more", (model.Exercise("third"),)),
    )


def test_tolerances_are_merged_over_the_defaults(tmp_path: Path) -> None:
    course = load_course(write(tmp_path, GOOD))
    assert course.tolerance("float32") == model.Tolerance(1e-3, 0.0)
    assert course.tolerance("float32", "cuda") == model.Tolerance(1e-2, 1e-3)
    assert course.tolerance("float64", "cuda") == model.DEFAULT_TOLERANCES["float64"]
    assert course.tolerance("int64") == model.Tolerance(0.0, 0.0)


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\r\n"])
def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path, prefix: bytes) -> None:
    data = prefix + GOOD.replace("\n", "\r\n").encode()
    assert load_course(write(tmp_path, data)).title == "Tiny"


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            changed('{ name = "double", points', '{ name = "double", pionts'),
            'grading.toml:21: topics[0].exercises[0].pionts: unknown key; did you mean "points"?',
        ),
        (changed("seed = 7", 'seed = "7"'), 'grading.toml:4: seed: expected a whole number, not "7"'),
        (changed("seed = 7", "seed = 7.5"), "grading.toml:4: seed: expected a whole number, not 7.5"),
        (changed("points = 2", "points = 0"), "topics[0].exercises[0].points: expected more than 0.0, not 0"),
        (
            changed("points = 2", "points = inf"),
            "topics[0].exercises[0].points: expected a finite number, not Infinity",
        ),
        (changed("points = 2", "points = true"), "topics[0].exercises[0].points: expected a number, not true"),
        (changed("memory_mib = 512", "memory_mib = -1"), "grading.toml:9: limits.memory_mib: expected more than 0"),
        (changed("memory_mib", "memory_mb"), 'limits.memory_mb: unknown key; did you mean "memory_mib"?'),
        (
            changed('"debug"', '"debgu"'),
            'expected one of write, debug, predict, quiz, essay, not "debgu"; did you mean "debug"?',
        ),
        (changed('"accelerator"', '"cdua"'), "grading.toml:5: devices[1]: expected one of cpu,"),
        (changed("[device_tolerances.cuda]", "[device_tolerances.gpu]"), "device_tolerances.gpu: unknown key"),
        (
            changed("float32 = { rtol = 1e-3", "float23 = { rtol = 1e-3"),
            'tolerances.float23: unknown key; did you mean "float32"?',
        ),
        (changed("rtol = 1e-3", "rtol = -1"), "grading.toml:12: tolerances.float32.rtol: expected 0.0 or more, not -1"),
        (changed('language = "en"', 'language = "fr"'), 'grading.toml:2: language: "fr" is not in languages (en, es)'),
        (
            changed('"mend"', '"double"'),
            'grading.toml:22: topics[0].exercises[1].name: "double" is already the name of another exercise',
        ),
        (changed('"third"', '"double"'), 'grading.toml:27: topics[1].exercises[0].name: "double" is already'),
        (
            changed('name = "more"', 'name = "basics"'),
            'grading.toml:26: topics[1].name: "basics" is already the name of another topic',
        ),
        (
            changed('name = "more"', 'name = "more"\nbuilds_on = ["basics", "basic"]'),
            'grading.toml:27: topics[1].builds_on[1]: "basic" is no topic that comes before "more"',
        ),
        (
            changed('name = "basics"', 'name = "basics"\nbuilds_on = ["more"]'),
            'topics[0].builds_on[0]: "more" is no topic that comes before "basics"',
        ),
        (changed('name = "more"', 'name = "more"\nminutes = 0'), "topics[1].minutes: expected more than 0, not 0"),
        (changed('name = "more"', 'name = "random"'), 'topics[1].name: "random" is the name of another module'),
        (changed('"third"', '"3rd"'), "topics[1].exercises[0].name: expected a Python name"),
        (changed('"third"', '"lambda"'), '"lambda" is a word of Python'),
        (changed('title = "Tiny"  # a comment\n', ""), "grading.toml:1: title: missing"),
        (
            changed('exercises = [{ name = "third" }]', "exercises = []"),
            "topics[1].exercises: expected at least one entry",
        ),
        (changed('exercises = [{ name = "third" }]', ""), "grading.toml:25: topics[1].exercises: missing"),
        (changed("seed = 7", "seed = "), "grading.toml:4:8: not TOML: Invalid value"),
        (b'title = "\xff"', "grading.toml:1: byte 0xff is not UTF-8"),
        ("", "grading.toml:1: topics: missing"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert any(expected in line for line in mistakes(tmp_path, text)), mistakes(tmp_path, text)


def test_all_mistakes_are_told_at_once_in_order(tmp_path: Path) -> None:
    text = GOOD.replace("seed = 7", "seed = -7").replace("points = 2", "pionts = 2").replace('"third"', '"mend"')
    lines = mistakes(tmp_path, text)
    assert [line.split(": ")[1] for line in lines] == [
        "seed",
        "topics[0].exercises[0].pionts",
        "topics[1].exercises[0].name",
    ]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        load_course(tmp_path)


ODD = r'''
"quoted key" = 1
'a.b' = [ [1, 2],  # ] not the end
  [3, "]"],
]
a . b . c = { d = { e = """x
}""", f = [
  { g = 1 }, { h = '}' },
] } }
[t."u.v"]
w = 1979-05-27T07:32:00Z
text = """
[not.a.table]
"""
[[many]]
x = 1
[[many.inner]]
y = 1
[many.inner.z]
q = """""two quotes""""
[[many.inner]]
y = 2
[[many]]
x = 2
[[many.inner]]
y = 3
[last]
'''


def flat(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = {inner for key, one in items for inner in flat(one, (*path, key))}
    return below | {path}


def test_the_locator_finds_every_key_of_a_hard_document() -> None:
    lines = key_lines(ODD)
    missed = {path for path in flat(tomllib.loads(ODD)) - {()} if path not in lines}
    assert not missed
    for path, needle in [
        (("a.b", 1, 1), '[3, "]"]'),
        (("a", "b", "c", "d", "f", 1, "h"), "h = "),
        (("t", "u.v", "w"), "w = "),
        (("many", 0, "inner", 0, "z", "q"), "q = "),
        (("many", 0, "inner", 1, "y"), "y = 2"),
        (("many", 1, "inner", 0, "y"), "y = 3"),
        (("last",), "[last]"),
    ]:
        assert needle in ODD.split("\n")[lines[path] - 1], path


def test_a_course_is_found_from_below(tmp_path: Path) -> None:
    below = write(tmp_path, GOOD) / "exercises" / "deep"
    below.mkdir(parents=True)
    assert find_course(below) == tmp_path.resolve()


def test_no_course_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no grading\.toml"):
        find_course(tmp_path)


def test_a_path_that_the_system_refuses_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="File name too long"):
        find_course(tmp_path / ("x" * 300))


def test_a_misspelt_folder_of_a_course_is_not_the_course_around_it(tmp_path: Path) -> None:
    (tmp_path / "grading.toml").write_text("")
    with pytest.raises(UserError, match=r"there is no .*/exmaples"):
        find_course(tmp_path / "exmaples")


def test_an_exercise_may_set_the_limits_of_a_call_but_not_of_a_submission(tmp_path: Path) -> None:
    for limit in dataclasses.fields(model.Limits):
        own = f'{{ name = "mend", limits = {{ {limit.name} = 1 }} }}'
        text = re.sub(r'\{ name = "mend"[^}]*\}', own, GOOD)
        if limit.name.startswith("submission_"):
            assert f"topics[0].exercises[1].limits.{limit.name}: unknown key" in mistakes(tmp_path, text)[0]
        else:
            course = load_course(write(tmp_path, text))
            assert course.limits_of("mend") == dataclasses.replace(course.limits, **{limit.name: 1})


def test_where_the_course_lies_is_no_key(tmp_path: Path) -> None:
    assert mistakes(tmp_path, f'root = "/tmp"\n{GOOD}')[0].startswith("grading.toml:1: root: unknown key; valid here: ")


@pytest.mark.parametrize(
    "text", ["topics = 1", "topics = [1]", "[topics]", "limits = 3", "[[audit]]", "[[tolerances]]"]
)
def test_a_value_of_another_shape_is_told(tmp_path: Path, text: str) -> None:
    assert any("expected a" in line for line in mistakes(tmp_path, f'title = "Tiny"\n{text}'))


def test_an_exercise_has_the_course_s_limits_but_for_its_own(tmp_path: Path) -> None:
    own = '{ name = "mend", scratch = true, limits = { memory_mib = 99, threads = 3 } }'
    course = load_course(write(tmp_path, re.sub(r'\{ name = "mend"[^}]*\}', own, GOOD)))
    limits = dataclasses.replace(course.limits, memory_mib=99, threads=3)
    assert (course.limits_of("mend"), course.has_scratch("mend")) == (limits, True)
    others = [exercise.name for topic in course.topics for exercise in topic.exercises if exercise.name != "mend"]
    assert [(course.limits_of(name), course.has_scratch(name)) for name in others] == [(course.limits, False)] * len(
        others
    )
    released = write_manifest(course, "es")
    assert "threads" not in released
    assert "scratch" not in released


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('requirements = ["matplotlib >> 3"]', 'expected a package as pip takes it, such as "matplotlib>=3.8"'),
        ('requirements = ["-e ."]', "expected a package as pip takes it"),
        ('preload = ["matplotlib/figure"]', 'expected a module\'s name, such as "matplotlib.figure"'),
    ],
)
def test_packages_and_modules_are_checked(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        load_course(write(tmp_path, f"{line}\n{GOOD}"))


def test_the_manifest_gives_the_course_back(tmp_path: Path) -> None:
    course = load_course(write(tmp_path, GOOD))
    path = manifest_path(tmp_path / "exercises")
    path.parent.mkdir(parents=True)
    path.write_text(write_manifest(course, "es", {"digests": {"mend": "ab"}}), encoding="utf-8")
    again = read_manifest(path)
    for topic in again.topics:
        for exercise in topic.exercises:
            assert again.limits_of(exercise.name) == model.Limits(call_cpu_seconds=2.0, memory_mib=512)
    without_limits = [
        dataclasses.replace(
            topic, exercises=tuple(dataclasses.replace(e, limits=model.ExerciseLimits()) for e in topic.exercises)
        )
        for topic in again.topics
    ]
    assert dataclasses.replace(again, topics=tuple(without_limits)) == dataclasses.replace(
        course, language="es", limits=model.Limits()
    )
    assert read_extra(path) == {"digests": {"mend": "ab"}}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 99}', "\x00"])
def test_a_damaged_manifest_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(UserError, match="missing or damaged"):
        read_manifest(path)


def test_the_student_side_reads_a_manifest_without_the_instructor_s_packages() -> None:
    program = (
        "import sys; import antorcha.course.manifest, antorcha.i18n.catalog, antorcha.sources.untouched;"
        "print([name for name in ('pydantic', 'babel', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_tells_a_mistake_without_a_traceback(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("seed", "sede"))
    command = [sys.executable, "-m", "antorcha.cli.main", "stubs", "--check", "--course", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert 'grading.toml:4: sede: unknown key; did you mean "seed"?' in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_command_prints_what_an_editor_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "antorcha.cli.main", "schema"], capture_output=True, text=True, check=True
    )
    schema = json.loads(done.stdout)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"title", "topics"}


def test_the_schema_accepts_this_repository_s_course_and_rejects_a_mistake() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    text = (ROOT / "grading.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    jsonschema.validate(data, json_schema())
    data["topics"][0]["exercises"][0]["pionts"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, json_schema())


def test_this_repository_s_course_loads() -> None:
    course = load_course(ROOT)
    assert course.topics
    assert all(math.isfinite(topic.points) and topic.points > 0 for topic in course.topics)
