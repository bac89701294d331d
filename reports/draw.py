"""Pictures: ``draw`` a solution as PNG, SVG or HTML, whichever the path's suffix says."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from schedsolve.instances import output
from schedsolve.models.claim import solution_and_claim
from schedsolve.models.contracts import Problem, Solution
from schedsolve.models.errors import InvalidFile, InvalidOption, MissingExtra, SchedsolveError
from schedsolve.models.registry import family
from schedsolve.reports.headline import Headline
from schedsolve.reports.picture import Picture

if TYPE_CHECKING:
    from schedsolve.solvers.result import Result

SUFFIXES = (".png", ".svg", ".html")


def check(path: str | Path) -> None:
    """Refuse early what ``draw`` could not do: call it before spending time on a solve.

    Raises ``InvalidFile`` for another suffix than .png, .svg or .html and where the path cannot be
    written, ``MissingExtra`` where matplotlib is needed and absent.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidFile(str(path), f"a picture's name ends in {' or '.join(SUFFIXES)}")
    if path.suffix.lower() != ".html" and find_spec("matplotlib") is None:
        raise MissingExtra("plot", f"a picture as {path.suffix.lower()}")
    output.check(path)


def check_kind(kind: str) -> None:
    """Raise ``InvalidOption`` where the family draws nothing of its solutions."""
    if not family(kind).picture:
        raise InvalidOption(f"there are no pictures of problems of kind {kind}")


def draw(problem: Problem, result: Result | Solution, path: str | Path, *, view: str | None = None) -> None:
    """Draw the solution in ``result``, a ``Result`` or a bare solution of ``problem``, to ``path``.

    ``view`` says what the rows of a Gantt chart are, "machine" or "job" for a job shop (the HTML page can be switched;
    it starts with that one). An existing file is replaced only once the new one is complete. Raises what ``check``
    raises, and ``SchedsolveError`` where there is no solution to draw.
    """
    path = Path(path)
    check(path)
    check_kind(problem.kind)
    solution, _ = solution_and_claim(result)
    if solution is None:
        raise SchedsolveError(f"{path}: there is no solution to draw")
    picture: Picture = family(problem.kind).load("picture")(problem, solution).drawable()
    headline = Headline.of(problem, result)
    content = (
        _html(picture, headline, view) if path.suffix.lower() == ".html" else _image(picture, headline, view, path)
    )
    output.write_bytes(path, content)


def _html(picture: Picture, headline: Headline, view: str | None) -> bytes:
    from schedsolve.reports.page import page

    return page(picture, headline, view).encode()


def _image(picture: Picture, headline: Headline, view: str | None, path: Path) -> bytes:
    from schedsolve.reports.figure import figure

    return figure(picture, headline, view, path.suffix.lower().removeprefix("."))
