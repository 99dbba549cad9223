"""The environment in which the pages for instructors are rendered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from antorcha.report.markup import clean, to_html
from antorcha.report.numbers import number

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, page: object) -> str:
    """Return a template of `report/templates` filled with a page's data."""
    return _environment().get_template(template).render(page=page)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # here: few commands render a page

    environment = Environment(
        loader=PackageLoader("antorcha.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,  # a misspelt field is an error, and no gap in a page
        keep_trailing_newline=True,
    )
    environment.filters.update(rich=to_html, clean=clean, number=number)
    return environment
