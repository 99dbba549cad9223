"""The one door to Hypothesis: the same examples for everybody, and the smallest that fails.

Nothing is remembered between runs, no clock has a say, and what happens to be imported has none either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

Build = Callable[[Callable[[Any], Any]], bytes]  # from Hypothesis's `draw` to an example


def examples(build: Build, count: int, seed: int) -> list[bytes]:
    """Return about `count` different examples, always the same for a seed. Raises: `ModuleNotFoundError`."""
    distinct: dict[bytes, None] = {}  # in the order in which they were drawn

    def look(example: bytes) -> bool:
        distinct[example] = None
        return False

    _explore(build, count, seed, look, shrink=False)
    return list(distinct)


def shrink(build: Build, count: int, seed: int, fails: Callable[[bytes], bool]) -> None:
    """Look among the examples of that seed for one that fails, then for ever smaller ones. `fails` sees them all."""
    known: dict[bytes, bool] = {}  # Hypothesis shows an example again and again while it shrinks

    def look(example: bytes) -> bool:
        if example not in known:
            known[example] = fails(example)
        return known[example]

    _explore(build, count, seed, look, shrink=True)


def simplest(strategy: Any) -> Any:
    """Return the value that one of Hypothesis's own strategies shrinks to."""
    from hypothesis import find

    with _alone():
        return find(strategy, lambda _: True, settings=_settings(10, shrink=True))


class _Fails(Exception):  # noqa: N818 - told to Hypothesis only
    """The exception by which Hypothesis learns that an example fails."""


def _explore(build: Build, count: int, seed: int, look: Callable[[bytes], bool], *, shrink: bool) -> None:
    """Show `look` the examples of a seed until it answers true; with `shrink` go on with ever smaller ones then."""
    import hypothesis
    from hypothesis import strategies

    @strategies.composite
    def example(draw: Callable[[Any], Any]) -> bytes:
        return build(draw)

    def search(payload: bytes) -> None:
        if look(payload):
            raise _Fails

    search_all = hypothesis.seed(seed)(_settings(count, shrink=shrink)(hypothesis.given(example())(search)))
    with _alone(), suppress(_Fails):
        search_all()


def _settings(count: int, *, shrink: bool) -> Any:
    from hypothesis import HealthCheck, Phase, Verbosity, settings

    # The same for everybody and in every run: no database of former failures, no deadline, and no health checks, of
    # which some judge by the clock. Quiet, since the terminal is the student's.
    return settings(
        max_examples=count,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Keep from Hypothesis the numbers in loaded source files, which it likes to draw.

    Else the examples would depend on what happens to be imported.
    """
    try:  # an older or newer one has no such place, and no such habit
        providers: Any = import_module("hypothesis.internal.conjecture.providers")
    except ModuleNotFoundError:
        providers = None
    provider: Any = getattr(providers, "HypothesisProvider", None)
    name = "_maybe_draw_constant"
    usual = getattr(provider, name, None)
    if usual is None:
        yield
        return
    setattr(provider, name, lambda *_, **__: None)
    try:
        yield
    finally:
        setattr(provider, name, usual)
