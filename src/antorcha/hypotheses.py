"""The one door to Hypothesis: the same examples for everybody, and the smallest that fails.

Nothing is remembered between runs, no clock has a say, and what happens to be imported has none either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Build = Callable[[Callable[[Any], Any]], bytes]  # from Hypothesis's `draw` to an example


def examples(build: Build, count: int, seed: int) -> list[bytes]:
    """About `count` different examples, always the same for a seed. Errors: `ModuleNotFoundError`."""
    found: dict[bytes, None] = {}

    def look(example: bytes) -> bool:
        found[example] = None
        return False

    _explore(build, count, seed, look, shrink=False)
    return list(found)


def shrink(build: Build, count: int, seed: int, fails: Callable[[bytes], bool]) -> None:
    """Look among the examples of that seed for one that fails, then for ever smaller ones. `fails` sees them all."""
    known: dict[bytes, bool] = {}

    def look(example: bytes) -> bool:
        if example not in known:
            known[example] = fails(example)
        return known[example]

    _explore(build, count, seed, look, shrink=True)


def simplest(strategy: Any) -> Any:
    """The value that one of Hypothesis's own strategies shrinks to."""
    from hypothesis import find

    with _alone():
        return find(strategy, lambda _: True, settings=_settings(10, shrink=True))


class _Fails(Exception):  # noqa: N818 - told to Hypothesis only
    pass


def _explore(build: Build, count: int, seed: int, look: Callable[[bytes], bool], *, shrink: bool) -> None:
    import hypothesis
    from hypothesis import strategies

    @strategies.composite
    def example(draw: Callable[[Any], Any]) -> bytes:
        return build(draw)

    def search(one: bytes) -> None:
        if look(one):
            raise _Fails

    search_all = hypothesis.seed(seed)(_settings(count, shrink=shrink)(hypothesis.given(example())(search)))
    with _alone(), suppress(_Fails):
        search_all()


def _settings(count: int, *, shrink: bool) -> Any:
    from hypothesis import HealthCheck, Phase, Verbosity, settings

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
    """Hypothesis likes numbers that it finds in loaded source files; what is loaded must not choose the examples."""
    from hypothesis.internal.conjecture import providers

    provider: Any = getattr(providers, "HypothesisProvider", None)
    name = "_maybe_draw_constant"
    usual = getattr(provider, name, None)
    if usual is None:  # an older or newer one that has no such habit
        yield
        return
    setattr(provider, name, lambda *_, **__: None)
    try:
        yield
    finally:
        setattr(provider, name, usual)
