"""A family of problems of one's own: items onto bins, the most important first. Copy it to begin another.

The commands find it where Python can import it and the variable SCHEDSOLVE_FAMILIES names it:

    PYTHONPATH=examples SCHEDSOLVE_FAMILIES=packing schedsolve schema packing.bins --example > bins.json
    PYTHONPATH=examples SCHEDSOLVE_FAMILIES=packing schedsolve solve bins.json --plot bins.html
"""

from schedsolve.models.family import Engine, Family, Nouns, Role

FAMILY = Family(
    kind="packing.bins",
    title="items onto bins with several resources, the most important first",
    nouns=Nouns(solution="packing", item="item"),
    problem="packing.problem:Packing",
    solution="packing.problem:PackingSolution",
    violations="packing.violations:violations",
    evaluate="packing.violations:evaluate",
    example="packing.problem:example",
    engines={
        "first-fit": Engine("packing.first_fit", Role.FIRST),
        "cpsat": Engine("packing.cpsat", Role.EXACT),
    },
    picture="packing.picture:picture",
    table="packing.picture:table",
)
