"""The one module that touches PuLP: build a linear model, write it, solve it with HiGHS or CBC.

Used in the worker process only (``worker.py``): importing PuLP loads highspy, which must not meet
OR-Tools in one process. PuLP's own ``status`` is not asked whether an incumbent is optimal (it says
"Optimal" at a time limit, too); what comes back is an incumbent and a bound, and who reads them
compares the two.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import pulp

MOST_NODES = 2**31 - 1
"""Both solvers count nodes in 32 bits."""

Variable: TypeAlias = pulp.LpVariable
Expression: TypeAlias = pulp.LpAffineExpression
"""A linear sum of variables; a variable or a number may stand for one."""
Row: TypeAlias = pulp.LpConstraint

Values = Callable[[Variable], float]
"""Reads the value of a variable in a solution."""


@dataclass(frozen=True)
class Limits:
    """What the solver may use: wall seconds, branch-and-bound nodes (None: no limit), threads."""

    seconds: float | None
    nodes: int | None
    threads: int
    seed: int


class HighsOut(Protocol):
    """What HiGHS hands to a callback."""

    mip_dual_bound: float
    mip_solution: Sequence[float]


class Model:
    """A linear model to be minimised. Expressions are made with ``+ - *`` and rows with ``<= >= ==``."""

    def __init__(self, name: str) -> None:
        self._lp = pulp.LpProblem(name, pulp.LpMinimize)
        self._offset = 0
        self.out_of_time = False
        """Did the last solve end because its seconds were over?"""

    def binary(self, name: str) -> Variable:
        return self._lp.add_variable(name, cat=pulp.LpBinary)

    def integer(self, name: str, low: float, high: float) -> Variable:
        return self._lp.add_variable(name, low, high, cat=pulp.LpInteger)

    def continuous(self, name: str, low: float, high: float) -> Variable:
        return self._lp.add_variable(name, low, high)

    def total(self, terms: Iterable[Expression]) -> Expression:
        """The sum of expressions and numbers, in linear time (``sum`` takes quadratic)."""
        return pulp.lpSum(terms)

    def add(self, row: Row | bool) -> None:
        """A constraint; one in which no variable is left must hold as it stands."""
        if isinstance(row, bool):
            row = pulp.lpSum([]) >= (0 if row else 1)
        self._lp.addConstraint(row)

    def minimize(self, expression: Expression) -> None:
        """Set the objective. Solvers get it without its constant, which ``solve`` adds to bounds again."""
        expression = pulp.LpAffineExpression(expression)
        self._offset, expression.constant = expression.constant, 0
        if not expression:  # a model without an objective or without rows confuses both solvers
            nothing = self.integer("nothing", 0, 1)
            self.add(nothing >= 0)
            expression += nothing
        self._lp.setObjective(expression)

    def write(self, path: Path) -> None:
        """Write the model as ``.lp`` or ``.mps``, by the suffix of ``path``."""
        if path.suffix == ".mps":
            self._lp.writeMPS(str(path))
        else:
            self._lp.writeLP(str(path))

    def solve(
        self, solver: str, limits: Limits, on_solution: Callable[[Values], None], on_bound: Callable[[int], None]
    ) -> bool:
        """Solve with ``solver`` ("highs" or "cbc"); True: the model is proved to have no solution.

        ``on_solution`` is called with each better incumbent (CBC: the last only), ``on_bound`` with each
        better lower bound, rounded up: objectives are integers.
        """

        best = -math.inf

        def report_bound(value: float) -> None:
            nonlocal best
            bound = value + self._offset - 1e-6 * max(1.0, abs(value))
            if math.isfinite(bound) and math.ceil(bound) > best:
                best = math.ceil(bound)
                on_bound(best)

        run = {"highs": self._solve_highs, "cbc": self._solve_cbc}[solver]
        return run(limits, on_solution, report_bound)

    def _solve_highs(
        self, limits: Limits, on_solution: Callable[[Values], None], on_bound: Callable[[float], None]
    ) -> bool:
        import highspy

        callbacks, statuses = highspy.cb.HighsCallbackType, highspy.HighsModelStatus

        def listen(kind: object, message: str, out: HighsOut, to_solver: object, data: object) -> None:
            on_bound(out.mip_dual_bound)
            if kind == callbacks.kCallbackMipImprovingSolution:
                hand_over(out.mip_solution)

        def hand_over(columns: Sequence[float]) -> None:
            on_solution(_reader(zip(self._lp.variables(), columns, strict=True)))

        options: dict[str, float] = {"random_seed": limits.seed, "mip_abs_gap": 0.0}
        if limits.nodes is not None:
            options["mip_max_nodes"] = min(limits.nodes, MOST_NODES)
        solver = pulp.HiGHS(
            msg=False,
            gapRel=0.0,
            threads=limits.threads,
            timeLimit=limits.seconds,
            callbackTuple=(listen, None),
            callbacksToActivate=[callbacks.kCallbackMipImprovingSolution, callbacks.kCallbackMipLogging],
            **options,
        )
        # The steps of pulp's own solve, but for the last: it fails at a node limit and copies every value.
        solver.createAndConfigureSolver(self._lp)
        solver.buildSolverModel(self._lp)
        solver.callSolver(self._lp)
        highs = self._lp.solverModel
        status = highs.getModelStatus()
        if status == statuses.kOptimal:
            hand_over(highs.getSolution().col_value)
        on_bound(highs.getInfo().mip_dual_bound)
        self.out_of_time = status == statuses.kTimeLimit
        # "Unbounded or infeasible" is infeasible here: every variable has bounds.
        return status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible)

    def _solve_cbc(
        self, limits: Limits, on_solution: Callable[[Values], None], on_bound: Callable[[float], None]
    ) -> bool:
        log = Path("cbc.log")
        self._lp.solve(
            pulp.COIN_CMD(
                path=pulp.PULP_CBC_CMD.pulp_cbc_path,  # the one that comes with PuLP
                msg=False,
                gapRel=0.0,
                gapAbs=0.0,
                # With "threads 1" CBC keeps a pool of one, which now and then sleeps for 10 s.
                threads=limits.threads if limits.threads > 1 else None,
                timeLimit=limits.seconds,
                maxNodes=None if limits.nodes is None else min(limits.nodes, MOST_NODES),
                options=[f"randomCbcSeed {limits.seed}", f"randomSeed {limits.seed}"],
                logPath=str(log),
            )
        )
        if self._lp.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
            on_solution(_reader((v, v.varValue) for v in self._lp.variables()))
        if self._lp.sol_status == pulp.LpSolutionOptimal:
            on_bound(pulp.value(self._lp.objective))
        said = log.read_text()
        # A run that ended early prints its bound, one that ended with a proof only its objective.
        for bound in re.findall(r"^Lower bound:\s*(\S+)", said, flags=re.MULTILINE):
            on_bound(float(bound))
        self.out_of_time = "Stopped on time" in said
        return bool(self._lp.status == pulp.LpStatusInfeasible)


def _reader(values: Iterable[tuple[Variable, float | None]]) -> Values:
    """Values by variable; one that stands in no row is free and lies at its lower bound."""
    known = {variable.name: value for variable, value in values if value is not None}
    return lambda variable: float(known.get(variable.name, variable.lowBound))
