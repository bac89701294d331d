"""Project scheduling."""

from schedsolve.models.family import Engine, Family, Nouns, Role

FAMILY = Family(
    kind="rcpsp",
    title="project scheduling: tasks with links on scarce resources, one mode or several",
    nouns=Nouns(solution="schedule", item="task"),
    problem="schedsolve.models.rcpsp:RCPSP",
    solution="schedsolve.models.rcpsp:RCPSPSolution",
    violations="schedsolve.models.rcpsp.violations:violations",
    evaluate="schedsolve.models.rcpsp.violations:evaluate",
    example="schedsolve.instances.rcpsp.example:problem_and_solution",
    instance="house",
    engines={
        "dispatch": Engine("schedsolve.solvers.dispatch.rcpsp", Role.FIRST),
        "cpsat": Engine("schedsolve.solvers.cpsat.rcpsp", Role.EXACT),
        "milp": Engine("schedsolve.solvers.milp.rcpsp", Role.EXACT, in_auto=False),
        "search": Engine("schedsolve.solvers.search.rcpsp", Role.IMPROVE),
        "destructive": Engine("schedsolve.solvers.destructive.rcpsp", Role.BOUND),
    },
    bound="schedsolve.solvers.bounds.rcpsp:bound",
    first_share=0.05,
    turns="schedsolve.solvers.portfolio.rcpsp:turns",
    rules="schedsolve.solvers.dispatch.rcpsp:RULES",
    rule_symbols="schedsolve.solvers.dispatch.rcpsp:SYMBOLS",
    rule_modes="NAME alone builds a schedule task by task, NAME:parallel goes along in time",
    explainer="schedsolve.solvers.explain.rcpsp:explainer",
    past="schedsolve.models.rcpsp.past:past_violations",
    picture="schedsolve.reports.rcpsp:picture",
    table="schedsolve.instances.rcpsp.table:schedule_rows",
    writes={
        ".xml": "schedsolve.instances.rcpsp.mspdi_write:write_schedule",
        ".ics": "schedsolve.instances.rcpsp.icalendar:write_schedule",
    },
    peers={
        "cpsat": "schedsolve.benchmarks.peers.rcpsp:cpsat",
        "pyjobshop": "schedsolve.benchmarks.peers.rcpsp:pyjobshop",
    },
    suites="schedsolve.benchmarks.suites.rcpsp",
)
