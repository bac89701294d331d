"""The errors that schedsolve raises on purpose. Each says what was wrong, where, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence

MOST_COMPARED, LONGEST = 1000, 100
"""Names that an unknown one is compared with, and how much of it: comparing takes its time."""
LONGEST_MESSAGE = 1000
"""Characters of an error that quotes a file."""


class SchedsolveError(Exception):
    """Base of all errors that a caller may want to catch; they survive pickling (worker processes)."""

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args, self.__dict__)


class InvalidProblem(SchedsolveError, ValueError):
    """Malformed data: a wrong shape, index, sign or name.

    A problem that is well-formed but impossible (a window too small, a demand above the
    capacity) is not an error: it constructs and solves to INFEASIBLE.
    """

    def __init__(self, field: str, message: str):
        super().__init__(f"{field}: {_shortened(message)}")
        self.field = field


class InvalidFile(SchedsolveError, ValueError):
    """A file that does not follow its format; ``line`` is 1-based, None where it has no meaning."""

    def __init__(self, path: str, message: str, line: int | None = None):
        where = path if line is None else f"{path}, line {line}"
        super().__init__(f"{where}: {_shortened(message)}")
        self.path = path
        self.line = line


class UnknownName(SchedsolveError, LookupError):
    """A name (instance, engine, rule, objective, setting, kind) that nothing answers to."""

    def __init__(self, what: str, name: str, known: Sequence[str]):
        super().__init__(f'no {what} "{name[:LONGEST]}"{suggestion(name, known)}')
        self.name = name


class Unsupported(SchedsolveError):
    """An engine was asked for a problem with features that it does not model."""

    def __init__(self, engine: str, features: list[str]):
        super().__init__(f"{engine} does not model {', '.join(features)}")
        self.engine = engine
        self.features = features


class InvalidOption(SchedsolveError, ValueError):
    """An option of a call that is out of its range, or does not go with another one."""


class MissingExtra(SchedsolveError):
    """An optional dependency is not installed."""

    def __init__(self, extra: str, purpose: str):
        super().__init__(f'{purpose} needs the extra "{extra}": pip install "schedsolve[{extra}]"')
        self.extra = extra


class InvalidSolution(SchedsolveError):
    """Raised by ``validate``: the solution breaks rules; ``violations`` lists them."""

    def __init__(self, violations: Sequence[object]) -> None:
        shown = "; ".join(str(v) for v in violations[:3])
        more = f"; and {len(violations) - 3} more" if len(violations) > 3 else ""
        super().__init__(f"{len(violations)} violations: {shown}{more}")
        self.violations = violations


def _shortened(message: str) -> str:
    """A message of bearable length: what a file holds may be quoted in it."""
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]} …"


def _restored(cls: type[SchedsolveError], arguments: tuple[object, ...], state: dict[str, object]) -> SchedsolveError:
    error = cls.__new__(cls, *arguments)
    error.__dict__.update(state)
    return error


def suggestion(name: str, known: Sequence[str], shown: int = 12) -> str:
    """``; did you mean ft06?``, or the list itself where nothing is near and the list is short."""
    from difflib import get_close_matches

    compared = known
    if len(known) > MOST_COMPARED:
        compared = [word for word in known if word[:1] == name[:1]][:MOST_COMPARED]
    near = get_close_matches(name[:LONGEST], compared, n=10, cutoff=0.6)
    if near:
        # Of the near ones rather one that begins alike: ft60 is no ta60.
        alike = [word for word in near if word[:2] == name[:2]]
        return f"; did you mean {(alike or near)[0]}?"
    if len(known) <= shown:
        return f"; known: {', '.join(known)}"
    return f"; known: {', '.join(known[:shown])}, …"
