"""What an engine does not model of a problem: the features that the problem has less those that it states."""

from __future__ import annotations

from collections.abc import Collection

from schedsolve.models.contracts import Problem


def missing(problem: Problem, modelled: Collection[str]) -> list[str]:
    """The features of ``problem`` that are not among ``modelled``.

    A field that is added to a model later has a feature that no engine states yet: all refuse it until they do.
    """
    return [feature for feature in problem.features if feature not in modelled]
