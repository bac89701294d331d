"""``schedsolve rules``: the dispatch rules, with their formula and source."""

from __future__ import annotations

import click

from schedsolve.cli import names
from schedsolve.cli.columns import columns, facts
from schedsolve.cli.echo import echo
from schedsolve.cli.options import subcommand
from schedsolve.cli.types import Name
from schedsolve.models.registry import family


@subcommand
@click.argument("kind", type=Name("kind", names.kinds), required=False)
def command(kind: str | None) -> None:
    """List the dispatch rules, of one KIND of problems or of all.

    \b
    schedsolve rules
    schedsolve solve ta01 --engine dispatch --rule mwkr:active
    """
    for each in [kind] if kind else names.kinds():
        parts = family(each)
        if not parts.rules:
            if kind:
                echo(f"{each}: {parts.title}; it has no rules")
            continue
        rows = [(name, rule.title, rule.formula, rule.source) for name, rule in parts.load("rules").items()]
        echo(f"{each}: {parts.title}\n")
        echo(columns(("rule", "what goes first", "formula, least first", "source"), rows))
        echo("\nIn the formulas")
        echo(facts(parts.load("rule_symbols").items()))
        echo(f"\n{parts.rule_modes}; best tries them all.")
