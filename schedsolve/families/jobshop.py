"""Machine scheduling."""

from schedsolve.models.family import Engine, Family, Nouns, Role

FAMILY = Family(
    kind="jobshop",
    title="machine scheduling: job, flow and open shops, flexible or not",
    nouns=Nouns(solution="schedule", item="operation"),
    problem="schedsolve.models.jobshop:JobShop",
    solution="schedsolve.models.jobshop:JobShopSolution",
    violations="schedsolve.models.jobshop.violations:violations",
    evaluate="schedsolve.models.jobshop.violations:evaluate",
    example="schedsolve.instances.jobshop.example:problem_and_solution",
    instance="ft06",
    engines={
        "dispatch": Engine("schedsolve.solvers.dispatch.jobshop", Role.FIRST),
        "cpsat": Engine("schedsolve.solvers.cpsat.jobshop", Role.EXACT),
        "milp": Engine("schedsolve.solvers.milp.jobshop", Role.EXACT, in_auto=False),
        "search": Engine("schedsolve.solvers.search.jobshop", Role.IMPROVE),
        "rolling": Engine("schedsolve.solvers.rolling.jobshop", Role.IMPROVE, in_auto=False),
        "lp-bound": Engine("schedsolve.solvers.lp_bound.jobshop", Role.BOUND),
    },
    bound="schedsolve.solvers.bounds.jobshop:bound",
    turns="schedsolve.solvers.portfolio.jobshop:turns",
    rules="schedsolve.solvers.dispatch.jobshop:RULES",
    rule_symbols="schedsolve.solvers.dispatch.jobshop:SYMBOLS",
    rule_modes="NAME alone builds a non-delay schedule, NAME:active an active one",
    explainer="schedsolve.solvers.explain.jobshop:explainer",
    past="schedsolve.models.jobshop.past:past_cases",
    picture="schedsolve.reports.jobshop:picture",
    table="schedsolve.instances.jobshop.table:schedule_rows",
    peers={
        "cpsat": "schedsolve.benchmarks.peers.jobshop:cpsat",
        "pyjobshop": "schedsolve.benchmarks.peers.jobshop:pyjobshop",
    },
    suites="schedsolve.benchmarks.suites.jobshop",
)
