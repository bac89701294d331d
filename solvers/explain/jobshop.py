"""The constraints of a job shop, in words, and the shop without some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

import numpy as np

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR
from schedsolve.solvers.contracts import Change
from schedsolve.solvers.explain.explanation import Item
from schedsolve.solvers.stop import Stop


def explainer(problem: JobShop) -> ShopExplainer:
    """The explainer of a job shop."""
    return ShopExplainer(problem)


class ShopExplainer:
    """See ``contracts.Explainer``. Operations that are done are facts, and so are durations and alternatives."""

    def __init__(self, problem: JobShop):
        self.problem = problem

    def items(self) -> list[Item]:
        """Decisions and dates first, then machines, then the jobs' own order."""
        machines = [item for k in range(self.problem.num_machines) for item in self._of_machine(k)]
        return [*self._dates(), *self._switches(), *machines, *self._orders()]

    def _dates(self) -> Iterator[Item]:
        p = self.problem
        for o in np.flatnonzero((p.fixed_start < FAR) & ~p.done).tolist():
            yield _item("fixed_start", f"{p.operation_name(o)} starts at {p.fixed_start[o]}", operation=o)
        for o in np.flatnonzero((p.fixed_machine >= 0) & ~p.done).tolist():
            words = f"{p.operation_name(o)} is on {p.machine_name(int(p.fixed_machine[o]))}"
            yield _item("fixed_machine", words, operation=o)
        for j in np.flatnonzero(p.deadline < FAR).tolist():
            yield _item("deadline", f"{p.job_name(j)} ends by {p.deadline[j]}", job=j)
        for j in np.flatnonzero(p.release > 0).tolist():
            yield _item("release", f"{p.job_name(j)} starts at {p.release[j]} or later", job=j)

    def _orders(self) -> Iterator[Item]:
        p = self.problem
        does = "does one operation at a time" if p.open_shop else "does its operations in order"
        for j in np.flatnonzero(np.diff(p.job_ptr) > 1).tolist():
            yield _item("job_order", f"{p.job_name(j)} {does}", job=j)

    def _switches(self) -> Iterator[Item]:
        p = self.problem
        if p.no_wait:
            yield _item("no_wait", "jobs do not wait between operations")
        if p.blocking != "none":
            yield _item("blocking", f"jobs block their machine until the next one is free ({p.blocking})")
        if p.permutation:
            yield _item("permutation", "all machines process the jobs in the same order")
        if p.transport.size:
            yield _item("transport", "jobs need time from machine to machine")

    def _of_machine(self, k: int) -> Iterator[Item]:
        p, name = self.problem, self.problem.machine_name(k)
        yield _item("machine", f"{name} does one operation at a time", machine=k)
        if len(p.downtimes(k)):
            yield _item("downtime", f"{name} is down at times", machine=k)
        if p.has_setups and (np.any(p.setup[k]) or np.any(p.initial_setup[k])):
            yield _item("setup", f"{name} needs setups", machine=k)

    def checks(self) -> Iterator[list[Item]]:
        """Jobs that are too long for their dates by themselves."""
        p = self.problem
        shortest = np.minimum.reduceat(p.duration, p.alt_ptr[:-1])
        work = np.add.reduceat(np.where(p.done, 0, shortest), p.job_ptr[:-1])
        keys = {item.key: item for item in self.items()}
        for j in np.flatnonzero(p.release + work > p.deadline).tolist():
            wanted = [(code, (("job", j),)) for code in ("deadline", "release", "job_order")]
            yield [keys[key] for key in wanted if key in keys]

    def refined(self, conflict: list[Item]) -> list[Item]:
        """A machine as the operations that have to be on it, each of which could be elsewhere."""
        p, finer = self.problem, []
        for item in conflict:
            if item.code != "machine":
                finer.append(item)
                continue
            k = item.things["machine"]
            for o in np.unique(p.operation_of[(p.machine == k) & (p.duration > 0)]).tolist():
                if not p.done[o]:
                    words = f"{p.operation_name(o)} shares {p.machine_name(k)} with others"
                    finer.append(_item("machine_use", words, machine=k, operation=o))
        return finer

    def without(self, given_up: Sequence[Item]) -> JobShop:
        """The shop without these constraints."""
        p = self.problem
        by_code: dict[str, list[dict[str, int]]] = {}
        for item in given_up:
            by_code.setdefault(item.code, []).append(item.things)
        shop = _without_decisions(p, by_code)
        shop = _with_own_machines(shop, by_code)
        jobs = [things["job"] for things in by_code.get("job_order", [])]
        return _apart(shop, jobs) if jobs else shop

    def core(self, items: Sequence[Item], stop: Stop, seconds: float) -> list[Item] | None:
        """None: shops are small enough to go without."""
        return None

    def change(self, item: Item) -> Change | None:
        """Later deadlines and earlier releases."""
        p, things = self.problem, item.things
        if item.code not in ("deadline", "release"):
            return None
        job, sign = things["job"], 1 if item.code == "deadline" else -1
        long = int(
            p.duration.sum() + p.release.max() + p.downtime_end.max(initial=0) + p.setup.sum() + p.transport.sum()
        )
        most = long if sign > 0 else int(p.release[job])

        def problem(amount: int) -> JobShop:
            dates = getattr(p, item.code).copy()
            dates[job] += sign * amount
            return p.with_fields(**{item.code: dates})

        how = "later" if sign > 0 else "earlier"
        return Change(most, problem, lambda amount: f"the {item.code} of {p.job_name(job)}: {amount} {how}")


Given = dict[str, list[dict[str, int]]]
"""Code to the things of each item."""


def _without_decisions(p: JobShop, given_up: Given) -> JobShop:
    """Without decisions, dates, switches, downtimes and setups."""
    changes: dict[str, object] = {}
    for code, nothing, thing in (
        ("fixed_start", FAR, "operation"),
        ("fixed_machine", -1, "operation"),
        ("deadline", FAR, "job"),
        ("release", 0, "job"),
    ):
        values = getattr(p, code).copy()
        values[[things[thing] for things in given_up.get(code, [])]] = nothing
        changes[code] = values
    switches = {"no_wait": False, "blocking": "none", "permutation": False, "transport": None}
    changes |= {code: nothing for code, nothing in switches.items() if code in given_up}
    idle = [things["machine"] for things in given_up.get("downtime", [])]
    kept = ~np.isin(p.downtime_machine, idle)
    for name in ("downtime_machine", "downtime_start", "downtime_end"):
        changes[name] = getattr(p, name)[kept]
    if "setup" in given_up:
        free, needed = [things["machine"] for things in given_up["setup"]], False
        for name in ("setup", "initial_setup"):
            values = getattr(p, name).copy()
            values[free] = 0
            changes[name] = values
            needed |= bool(values.any())
        if not needed:
            changes |= {"setup": None, "initial_setup": None, "setup_family": None}
    return p.with_fields(**changes)


def _with_own_machines(p: JobShop, given_up: Given) -> JobShop:
    """With a machine of its own, like the one that it had, for each operation that need not share one any more."""
    whole = [things["machine"] for things in given_up.get("machine", [])]
    single = {(things["machine"], things["operation"]) for things in given_up.get("machine_use", [])}
    pairs = zip(p.machine.tolist(), p.operation_of.tolist(), strict=True)
    moved = [a for a, (k, o) in enumerate(pairs) if (k in whole or (k, o) in single) and not p.done[o]]
    if not moved:
        return p
    machine, like = p.machine.copy(), np.arange(p.num_machines)
    machine[moved] = p.num_machines + np.arange(len(moved))
    like = np.concatenate([like, p.machine[moved]])
    rows = [np.flatnonzero(p.downtime_machine == k) for k in like.tolist()]
    down = np.concatenate(rows).astype(np.int64)
    fixed = p.fixed_machine.copy()
    for a in moved:
        o = int(p.operation_of[a])
        if fixed[o] == p.machine[a]:
            fixed[o] = machine[a]
    return replace(
        p,
        num_machines=len(like),
        machine=machine,
        fixed_machine=fixed,
        downtime_machine=np.repeat(np.arange(len(like)), [len(row) for row in rows]),
        downtime_start=p.downtime_start[down],
        downtime_end=p.downtime_end[down],
        setup=p.setup[like] if p.setup.size else p.setup,
        initial_setup=p.initial_setup[like] if p.initial_setup.size else p.initial_setup,
        transport=p.transport[np.ix_(like, like)] if p.transport.size else p.transport,
        permutation=False,
        machine_names=(),
    )


def _apart(p: JobShop, jobs: Sequence[int]) -> JobShop:
    """With each operation of these jobs as a job of its own."""
    alone = np.isin(p.job_of, jobs)
    first = np.zeros(p.num_operations, dtype=bool)
    first[p.job_ptr[:-1]] = True
    begins = np.flatnonzero(first | alone)
    of = p.job_of[begins]
    values = {f.name: getattr(p, f.name) for f in fields(p)}
    for name in ("release", "due", "deadline", "weight"):
        values[name] = values[name][of]
    values |= {"job_ptr": np.append(begins, p.num_operations), "job_names": (), "permutation": False}
    return JobShop(**values)


def _item(code: str, words: str, **things: int) -> Item:
    return Item(code, things, words)
