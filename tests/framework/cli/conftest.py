"""A grader without workers, for tests of what is around the grading."""

from support.fake_grader import grader

__all__ = ["grader"]
