"""A model under construction: what the formulations of all families do with it."""

from __future__ import annotations

from schedsolve.solvers.cpsat.driver import Constraint, Expression, Interval, Literal, Model, OutOfTime
from schedsolve.solvers.stop import Stop


class Building:
    """Base of a family's variables, which has the model, and ``true``, the literal that always holds."""

    model: Model
    true: Literal
    stop: Stop

    def poll(self, count: int = 0) -> None:
        """To be called now and then while building: raises ``OutOfTime`` when it is time to stop."""
        if count % 256 == 0 and self.stop.now():
            raise OutOfTime

    def interval(self, start: Expression, length: int, literal: Literal) -> Interval:
        """An interval of a fixed length that is there where ``literal`` holds."""
        if literal is self.true:
            return self.model.new_fixed_size_interval_var(start, length, "")
        return self.model.new_optional_fixed_size_interval_var(start, length, literal, "")

    def given(self, constraint: Constraint, *literals: Literal) -> None:
        """Let ``constraint`` hold only where all ``literals`` do."""
        conditions = [literal for literal in literals if literal is not self.true]
        if conditions:
            constraint.only_enforce_if(conditions)
