"""Points and percentages as a person writes them."""

from __future__ import annotations


def number(value: float) -> str:
    """Return a number with at most two decimals and no empty ones: `3`, `2.5`, `0.33`. Always a decimal point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(points: float, maximum: float) -> float:
    """Return a percentage from 0 to 100; nothing of nothing is 0."""
    return 100.0 * points / maximum if maximum else 0.0


def bar(share: float, width: int = 20) -> str:
    """Return `share` (0 to 1) drawn with blocks. Full only when it is all, empty only when it is nothing."""
    filled = round(share * width)
    if 0.0 < share < 1.0:
        filled = min(max(filled, 1), width - 1)
    return "█" * filled + "░" * (width - filled)
