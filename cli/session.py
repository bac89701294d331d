"""What all parts of one call of the program know: when it began and how it was asked to speak."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import click


@dataclass
class Session:
    """The click context's ``obj``. ``started`` is a ``time.perf_counter()`` value: the start of the process."""

    started: float = field(default_factory=time.perf_counter)
    format: str = "text"
    debug: bool = False
    inputs: list[str] = field(default_factory=list)
    """The files that the command reads, as they were given; ``-`` for standard input."""
    outputs: list[str] = field(default_factory=list)
    """The files that it writes."""


def session() -> Session:
    """The session of the running command."""
    return click.get_current_context().ensure_object(Session)
