"""What recorded runs say: a row for each engine, or for each engine on each instance.

Runs of one engine with different seeds are averaged for each instance, and instances have equal weight in the
rest. What cannot enter an average (failed runs, runs without a schedule, instances without a best-known value) is
counted beside it. With several objectives the first one is compared, and all of them for wins. A gap is that of the
first objective that differs from its best-known value.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean, median

import msgspec

from schedsolve.benchmarks.runs import Run, merged
from schedsolve.instances.best_known import BestKnown
from schedsolve.models.level import Level

TARGET = 0.01
"""Within this share of the best known objective a run is on target."""


class EngineRow(msgspec.Struct, kw_only=True):
    """What one engine reached on all instances."""

    engine: str
    """With those of its limits that not all runs have in common."""
    instances: int
    runs: int
    failed: int
    """Runs that gave no answer or a wrong one."""
    solved: int
    """Runs with a valid schedule."""
    proved: int
    """Runs that are proved optimal or infeasible."""
    with_gap: int
    """Runs with a schedule and a best-known value: those that the gaps speak of."""
    mean_gap: float | None
    """To the best known: the mean over instances of the mean over seeds."""
    median_gap: float | None
    """The median over instances of the mean over seeds."""
    common_gap: float | None
    """The mean gap over the instances on which every run of every engine has one: like is compared with like."""
    mean_bound_gap: float | None
    """By how much the bounds lie below the best known: the mean over instances of the mean over seeds."""
    wins: int
    """Instances on which no other engine's mean objective is better; all runs must be solved."""
    mean_seconds: float | None
    with_target: int
    """Runs of instances with a best-known value."""
    on_target: int
    """Those that came within the target."""
    seconds_to_target: float | None
    """Mean over the runs on target."""


class InstanceRow(msgspec.Struct, kw_only=True):
    """What one engine reached on one instance."""

    instance: str
    problem: str
    """Fingerprint."""
    best_known: BestKnown | None
    engine: str
    runs: int
    failed: int
    solved: int
    proved: int
    mean_objective: float | None
    best_objective: int | None
    best_bound: int | None
    mean_gap: float | None
    """To the best known."""
    wins: bool
    mean_seconds: float | None
    on_target: int
    seconds_to_target: float | None
    unit: str | None = None
    """Of what ``value / scale`` is an amount, for all values in the row."""
    scale: int | None = None

    def shown(self, value: int | None) -> str:
        """A value as people read it; nothing where there is none."""
        return "" if value is None else Level("", value, None, self.unit, self.scale).shown(value)


@dataclass(frozen=True)
class Cell:
    """The runs of one engine on one problem."""

    engine: str
    runs: Sequence[Run]
    known: BestKnown | None

    @property
    def level(self) -> Level:
        """The first objective, without values, as the first run with objectives states it."""
        stated = next((run.objectives[0] for run in self.runs if run.objectives), Level("", None, None))
        return msgspec.structs.replace(stated, value=None, bound=None)

    @cached_property
    def values(self) -> list[int]:
        """The first objective of the runs with a schedule."""
        return [run.value for run in self.runs if run.value is not None]

    @property
    def gaps(self) -> list[float]:
        if self.known is None:
            return []
        gaps = (self.known.gap([level.value for level in run.objectives]) for run in self.runs)
        return [gap for gap in gaps if gap is not None]

    @property
    def bound_gaps(self) -> list[float]:
        """By how much the bound of the first objective lies below the best known, of the runs with a bound."""
        if self.known is None:
            return []
        bounds = [run.objectives[0].bound for run in self.runs if run.objectives]
        return [-relative(bound, self.known.upper) for bound in bounds if bound is not None]

    @cached_property
    def score(self) -> tuple[float, ...]:
        """The mean of each objective; infinite where a run has no schedule."""
        if len(self.values) < len(self.runs):
            return (math.inf,)
        levels = zip(*([level.value or 0 for level in run.objectives] for run in self.runs), strict=False)
        return tuple(mean(level) for level in levels)

    @property
    def seconds(self) -> list[float]:
        return [run.seconds for run in self.runs if run.seconds is not None]

    def seconds_to(self, target: float) -> list[float]:
        """When each run that came within ``target`` of the best known did so."""
        if self.known is None:
            return []
        limit = self.known.upper + target * max(1, abs(self.known.upper))
        times = (
            (p.seconds for p in run.trace if p.objective is not None and p.objective <= limit)
            for run in self.runs
            if run.value is not None
        )
        return [at for at in (next(of_run, None) for of_run in times) if at is not None]


class Comparison:
    """Recorded runs, sorted out by engine and problem. Of two records of one run the later one counts."""

    def __init__(self, runs: Iterable[Run], target: float = TARGET):
        given = list(runs)
        self.target = target
        self.runs = merged(given)
        self.repeated = len(given) - len(self.runs)
        labels = _labels(self.runs)
        by_problem: dict[str, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
        for run in self.runs:
            by_problem[run.problem][labels[_contestant(run)]].append(run)
        self.engines = list(dict.fromkeys(labels.values()))
        self.names = _names(self.runs)
        self.known = _best_known(self.runs)
        """Problem's fingerprint to its best-known bounds."""
        rank = {engine: place for place, engine in enumerate(self.engines)}
        self.cells: dict[str, dict[str, Cell]] = {
            problem: {e: Cell(e, of[e], self.known.get(problem)) for e in sorted(of, key=lambda e: rank[e])}
            for problem, of in by_problem.items()
        }
        """Problem's fingerprint and engine to their runs."""

    @property
    def common(self) -> list[str]:
        """The problems that every engine was run on."""
        return [problem for problem, of in self.cells.items() if len(of) == len(self.engines)]

    @cached_property
    def with_all_gaps(self) -> list[str]:
        """Those of ``common`` on which every run has a gap."""
        cells = {problem: self.cells[problem].values() for problem in self.common}
        return [problem for problem, of in cells.items() if all(len(c.gaps) == len(c.runs) for c in of)]

    def by_engine(self) -> list[EngineRow]:
        """A row for each engine, the smallest gap first."""

        def gap(row: EngineRow) -> tuple[float, float]:
            common, own = row.common_gap, row.mean_gap
            return math.inf if common is None else common, math.inf if own is None else own

        return sorted(map(self._engine_row, self.engines), key=gap)

    def by_instance(self) -> list[InstanceRow]:
        """A row for each engine on each instance, in the order of the records."""
        rows = []
        for problem, of in self.cells.items():
            rows += [self._instance_row(problem, cell) for cell in of.values()]
        return rows

    def notes(self) -> list[str]:
        """What a reader of the tables should know: all that is missing in them."""
        return list(self._notes())

    def _engine_row(self, engine: str) -> EngineRow:
        cells = [(problem, of[engine]) for problem, of in self.cells.items() if engine in of]
        runs = [run for _, cell in cells for run in cell.runs]
        gaps = [mean(cell.gaps) for _, cell in cells if cell.gaps]
        bound_gaps = [mean(cell.bound_gaps) for _, cell in cells if cell.bound_gaps]
        seconds_to_target = [at for _, cell in cells for at in cell.seconds_to(self.target)]
        return EngineRow(
            engine=engine,
            instances=len(cells),
            runs=len(runs),
            failed=sum(run.failed for run in runs),
            solved=sum(run.value is not None for run in runs),
            proved=sum(_proved(run) for run in runs),
            with_gap=sum(len(cell.gaps) for _, cell in cells),
            mean_gap=_mean(gaps),
            median_gap=median(gaps) if gaps else None,
            common_gap=_mean([mean(self.cells[problem][engine].gaps) for problem in self.with_all_gaps]),
            mean_bound_gap=_mean(bound_gaps),
            wins=sum(engine in self._winners[problem] for problem, _ in cells),
            mean_seconds=_mean([seconds for _, cell in cells for seconds in cell.seconds]),
            with_target=sum(len(cell.runs) for _, cell in cells if cell.known is not None),
            on_target=len(seconds_to_target),
            seconds_to_target=_mean(seconds_to_target),
        )

    def _instance_row(self, problem: str, cell: Cell) -> InstanceRow:
        seconds_to_target = cell.seconds_to(self.target)
        bounds = [run.objectives[0].bound for run in cell.runs if run.objectives]
        return InstanceRow(
            instance=self.names[problem],
            problem=problem,
            best_known=cell.known,
            engine=cell.engine,
            runs=len(cell.runs),
            failed=sum(run.failed for run in cell.runs),
            solved=len(cell.values),
            proved=sum(map(_proved, cell.runs)),
            mean_objective=_mean(cell.values),
            best_objective=min(cell.values, default=None),
            best_bound=max((bound for bound in bounds if bound is not None), default=None),
            mean_gap=_mean(cell.gaps),
            wins=cell.engine in self._winners[problem],
            mean_seconds=_mean(cell.seconds),
            on_target=len(seconds_to_target),
            seconds_to_target=_mean(seconds_to_target),
            unit=cell.level.unit,
            scale=cell.level.scale,
        )

    @cached_property
    def _winners(self) -> dict[str, set[str]]:
        """Problem's fingerprint to the engines that no other one beats."""
        winners = {}
        for problem, of in self.cells.items():
            best = min(cell.score for cell in of.values())
            winners[problem] = {e for e, cell in of.items() if cell.score == best and best[0] < math.inf}
        return winners

    def _notes(self) -> Iterator[str]:
        if self.repeated:
            yield f"{_count(self.repeated, 'run')} recorded again: the last record counts"
        unknown = [self.names[problem] for problem in self.cells if problem not in self.known]
        if unknown:
            yield f"no best-known value of {_few(unknown)}: not in the gaps"
        for engine in self.engines:
            runs: list[Run] = []
            for of in self.cells.values():
                runs += of[engine].runs if engine in of else []
            failed = [run for run in runs if run.failed]
            if failed:
                causes = _few(dict.fromkeys(str(run.error) for run in failed), most=2, joint="; ")
                yield f"{engine}: {len(failed)} of {_count(len(runs), 'run')} failed: {causes}"
            empty = sum(run.status == "UNKNOWN" for run in runs)
            if empty:
                yield f"{engine}: {empty} of {_count(len(runs), 'run')} ended without a solution"
            missing = [self.names[problem] for problem, of in self.cells.items() if engine not in of]
            if missing:
                yield f"{engine}: not run on {_few(missing)}"
            bugs: dict[str, None] = {}
            for run in runs:
                bugs |= dict.fromkeys(note for note in run.notes if note.startswith("bug:"))
            if bugs:
                yield f"{engine}: {_few(bugs, most=2, joint='; ')}"


def relative(value: float, to: float) -> float:
    """(value - to) / max(1, abs(to))."""
    return (value - to) / max(1, abs(to))


def _proved(run: Run) -> bool:
    return run.status in ("OPTIMAL", "INFEASIBLE")


def _mean(values: Sequence[float]) -> float | None:
    """The mean to 6 decimals, None of nothing."""
    return round(mean(values), 6) if values else None


def _contestant(run: Run) -> tuple[str, ...]:
    """What is compared: an engine with its limits and settings, each in words."""
    return (
        run.engine,
        "no time limit" if run.time_limit is None else f"{run.time_limit:g} s",
        f"{run.threads} thread{'s' * (run.threads != 1)}",
        "" if run.iterations is None else f"{run.iterations} iterations",
        json.dumps(run.params, sort_keys=True) if run.params else "",
    )


def _labels(runs: Iterable[Run]) -> dict[tuple[str, ...], str]:
    """A short name for each contestant: its engine, and what else tells it from the others."""
    contestants = list(dict.fromkeys(map(_contestant, runs)))
    differ = [len({contestant[k] for contestant in contestants}) > 1 for k in range(5)]
    return {c: ", ".join([c[0], *(c[k] for k in range(1, 5) if differ[k] and c[k])]) for c in contestants}


def _names(runs: Iterable[Run]) -> dict[str, str]:
    """A name for each problem; with its fingerprint where several problems have one name."""
    names = {run.problem: run.instance for run in runs}
    times = Counter(names.values())
    for problem, name in names.items():
        if times[name] > 1:
            names[problem] = f"{name} ({problem})"
    return names


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _best_known(runs: Iterable[Run]) -> dict[str, BestKnown]:
    """The tightest bounds of each problem in its records: they may be of different dates."""
    tightest: dict[str, BestKnown] = {}
    for run in runs:
        if run.best_known is not None:
            old = tightest.setdefault(run.problem, run.best_known)
            tightest[run.problem] = old.tightened(run.best_known)
    return tightest


def _few(things: Iterable[str], most: int = 6, joint: str = ", ") -> str:
    listed = list(things)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return joint.join(listed[:most]) + more
