"""Antorcha: auto-graded exercises for learning PyTorch."""

__version__ = "0.1.0"
