"""CP-SAT parameters that a user may write as text; checked without a look at OR-Tools where there are none."""

from __future__ import annotations


def check_settings(settings: str) -> None:
    """Raise ``InvalidOption`` for what CP-SAT takes for no parameters, or for parameters out of range."""
    if settings:
        from schedsolve.solvers.cpsat import driver

        driver.check_settings(settings)
