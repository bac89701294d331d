"""Suites of shops."""

CLASSICS = ("ft", "abz", "la", "orb", "swv", "yn")

SUITES: dict[str, tuple[str, ...]] = {
    "classics": CLASSICS,
    "jobshop": (*CLASSICS, "ta", "dmu"),
    "flowshop": ("ta-flow",),
    "openshop": ("ta-open",),
    "sizes": ("abz7", "yn1", "swv10", "ta21", "ta41", "ta51", "ta71"),
    "proofs": ("ft", "abz5", "abz6", "orb", "la01-28", "la30-40"),
}
"""Suite to the sets, instances and ranges of bundled instances that it is made of."""

PUBLIC: dict[str, tuple[str, ...]] = {}
"""Suite to patterns of files below the folder of public instances."""
