"""The objectives of the job shop's mixed-integer program."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from schedsolve.models.jobshop.objectives import OBJECTIVES
from schedsolve.models.record import FAR

if TYPE_CHECKING:
    from schedsolve.solvers.milp.driver import Expression
    from schedsolve.solvers.milp.jobshop.model import Program


class Objectives:
    """What can be minimised over ``program``; the variables of an objective are made when it is asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.problem = program.problem
        self.model = program.model

    def value(self, name: str) -> Expression:
        """An objective as an expression that is at least its value, and equal to it at the optimum."""
        total, jobs = self.model.total, range(self.problem.num_jobs)
        aim = OBJECTIVES[name]
        weights = self.problem.weight.tolist() if aim.weighted else [1] * len(jobs)
        match aim.measure:
            case "makespan":
                return self._makespan
            case "lateness":
                return self._maximum_lateness
            case "setup_time":
                return total(self.program.setup_cost)
            case "completion_time":
                return self.program.dot(weights, self._completion)
            case "flow_time":
                return self.program.dot(weights, (self._completion[j] - int(self.problem.release[j]) for j in jobs))
            case "tardiness":
                return self.program.dot(weights, self._tardiness)
            case "tardy":
                return self.program.dot(weights, self._tardy)
            case _:
                raise AssertionError(name)

    @cached_property
    def _completion(self) -> list[Expression]:
        """Completion times of the jobs as integer variables, so that the solver knows integer objectives."""
        completion = []
        for j in range(self.problem.num_jobs):
            ends = [self.program.end[o] for o in range(self.problem.job_ptr[j], self.problem.job_ptr[j + 1])]
            time = self.model.integer(f"completion_{j}", max(e.low for e in ends), max(e.high for e in ends))
            completion.append(time)
            for end in ends:
                self.model.add(time >= end.at)
        return completion

    @cached_property
    def _makespan(self) -> Expression:
        ends = self.program.end
        makespan = self.model.integer("makespan", max(e.low for e in ends), max(e.high for e in ends))
        for time in self._completion:
            self.model.add(makespan >= time)
        return makespan

    def _due(self) -> list[tuple[int, int]]:
        """Jobs that have a due date, with it."""
        return [(j, d) for j, d in enumerate(self.problem.due.tolist()) if d != FAR]

    @cached_property
    def _maximum_lateness(self) -> Expression:
        reach = max(e.high for e in self.program.end) + max(abs(d) for _, d in self._due())
        lateness = self.model.integer("lateness", -reach, reach)
        for j, due in self._due():
            self.model.add(lateness >= self._completion[j] - due)
        return lateness

    @cached_property
    def _tardiness(self) -> list[Expression]:
        tardiness: list[Expression] = [0] * self.problem.num_jobs
        for j, due in self._due():
            tardiness[j] = self.model.integer(f"tardiness_{j}", 0, max(0, self._completion[j].upBound - due))
            self.model.add(tardiness[j] >= self._completion[j] - due)
        return tardiness

    @cached_property
    def _tardy(self) -> list[Expression]:
        tardy: list[Expression] = [0] * self.problem.num_jobs
        for j, due in self._due():
            tardy[j] = self.model.binary(f"tardy_{j}")
            self.model.add(self._completion[j] <= due + max(0, self._completion[j].upBound - due) * tardy[j])
        return tardy
