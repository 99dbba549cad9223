"""The picture of a course: every topic once, arrows only downwards, and nothing drawn over a box."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from support.paths import MINI_COURSE, ROOT

from antorcha.course.load import load_course
from antorcha.course.model import Course, Exercise, Topic
from antorcha.sources.course_map import render_map

SVG = "{http://www.w3.org/2000/svg}"


def course_of(**builds_on: tuple[str, ...]) -> Course:
    exercises = (Exercise("one"), Exercise("two"))
    topics = [Topic(name, exercises, f"About <{name}>", builds_on=needed) for name, needed in builds_on.items()]
    return replace(load_course(MINI_COURSE), topics=tuple(topics))


def boxes(picture: str) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and lower edge of each topic's box."""
    root = ElementTree.fromstring(picture)
    found = [node for node in root.iter(f"{SVG}rect") if node.get("class") == "box"]
    names = [node.text or "" for node in root.iter(f"{SVG}text") if node.get("class") == "name"]
    corners = [tuple(float(node.get(key, "")) for key in ("x", "y", "width", "height")) for node in found]
    return {name: (x, y, x + w, y + h) for name, (x, y, w, h) in zip(names, corners, strict=True)}


def arrows(picture: str) -> list[list[tuple[float, float]]]:
    """The points of each arrow where one of its pieces ends."""
    root = ElementTree.fromstring(picture)
    found = []
    for node in root.iter(f"{SVG}path"):
        if node.get("class") != "arrow":
            continue
        points: list[tuple[float, float]] = []
        for kind, numbers in re.findall(r"([MCV])([-\d. ]+)", node.get("d", "")):
            values = [float(number) for number in numbers.split()]
            points.append((points[-1][0], values[0]) if kind == "V" else (values[-2], values[-1]))
        found.append(points)
    return found


@pytest.mark.parametrize(
    "course",
    [
        pytest.param(course_of(first=()), id="one topic"),
        pytest.param(course_of(first=(), second=()), id="no arrows"),
        pytest.param(course_of(a=(), b=("a",), c=("b",), d=("a", "c")), id="an arrow past two rows"),
        pytest.param(load_course(ROOT), id="the shipped course"),
    ],
)
def test_every_topic_has_a_box_and_no_arrow_crosses_one(course: Course) -> None:
    picture = render_map(course, "en")
    places = boxes(picture)
    assert list(places) == [topic.name for topic in course.topics]
    needed = [(start, topic.name) for topic in course.topics for start in topic.builds_on]
    for (start, end), points in zip(needed, arrows(picture), strict=True):
        assert places[start][3] == points[0][1]
        assert abs(points[-1][1] - places[end][1]) <= 2
        assert [y for _, y in points] == sorted(y for _, y in points)
        for x, y in points[1:-1]:
            crossed = [name for name, (left, top, right, low) in places.items() if left < x < right and top < y < low]
            assert crossed == []
    for one, (left, top, right, low) in places.items():
        for other, (left2, top2, right2, low2) in places.items():
            assert one == other or right <= left2 or right2 <= left or low <= top2 or low2 <= top


def test_titles_are_text_and_translated() -> None:
    assert "About &lt;first&gt;" in render_map(course_of(first=()), "en")
    assert "2 exercises" in render_map(course_of(first=()), "en")
    assert "2 ejercicios" in render_map(course_of(first=()), "es")
    assert "Errores de forma" in render_map(load_course(ROOT), "es")


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_pictures_of_the_docs_are_those_of_the_course(language: str) -> None:
    path = ROOT / "docs" / "pictures" / f"course.{language}.svg"
    command = f"antorcha topics --map {path.relative_to(ROOT)} --language {language}"
    assert path.read_text("utf-8") == render_map(load_course(ROOT), language), f"draw it anew: {command}"


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_the_readme_promises_no_more_exercises_than_there_are_and_shows_the_picture(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    count = sum(len(topic.exercises) for topic in load_course(ROOT).topics)
    (promised,) = re.findall(r"\b(\d+) (?:exercises|ejercicios), (?:from|desde)", text)
    assert count - 20 < int(promised) <= count
    assert f"](docs/pictures/course.{'es' if '.es.' in readme else 'en'}.svg)" in text
