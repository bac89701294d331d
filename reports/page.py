"""A picture as one self-contained HTML page: it loads nothing, and works from a disk or a mail.

The boxes travel as columns of numbers in a JSON block and are drawn on a canvas. What the page is made of is in the
folder ``web``: ``page.html`` is the skeleton, a kind of picture brings the scripts that draw it, ``trace.js`` shows how
the answer was found, the others listen.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template

import msgspec

from schedsolve.models.objective import spoken
from schedsolve.reports import page_gantt, page_panels
from schedsolve.reports.gantt import Gantt
from schedsolve.reports.headline import Headline, percent, shown
from schedsolve.reports.page_content import Content
from schedsolve.reports.panels import Panels
from schedsolve.reports.picture import TABLE_ROWS, Picture, Table
from schedsolve.reports.timeaxis import grouped


def page(picture: Picture, headline: Headline, view: str | None = None) -> str:
    """The page as text; a Gantt chart opens with the rows called ``view``, by default those of the first view."""
    content = _content(picture, view)
    count = len(picture.items.name)
    return Template(_resource("page.html")).substitute(
        title=escape(picture.title),
        subtitle=escape(picture.subtitle),
        facts=_facts(headline),
        style="\n".join(map(_resource, content.styles)),
        label=content.label,
        canvas=content.canvas,
        button=content.button,
        hint=content.hint,
        script="\n".join(map(_resource, content.scripts)),
        summary=escape(_summary(picture, headline, content)),
        table_title=f"The first {TABLE_ROWS} of {grouped(count)} as a table" if count > TABLE_ROWS else "As a table",
        table=_table(content.table),
        data=_json(content.data | _trace(headline)),
    )


def _content(picture: Picture, view: str | None) -> Content:
    if isinstance(picture, Gantt):
        return page_gantt.content(picture, view)
    assert isinstance(picture, Panels)
    return page_panels.content(picture)


def _resource(name: str) -> str:
    return files("schedsolve.reports").joinpath("web", name).read_text(encoding="utf-8")


def _json(values: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return msgspec.json.encode(values).decode().replace("<", "\\u003c")


# --- for readers ----------------------------------------------------------------------------------


def _facts(headline: Headline) -> str:
    """The figures at the top, as entries of a description list."""
    facts = [("status", headline.status)] if headline.status else []
    for level in headline.levels:
        facts.append((spoken(level.name), shown(level, level.value)))
        if level.bound is not None:
            facts.append(("bound", shown(level, level.bound)))
    if headline.gap is not None:
        facts.append(("gap", percent(headline.gap)))
    if headline.engine:
        facts.append(("found by", headline.engine))
    if headline.seconds is not None:
        facts.append(("time", f"{headline.seconds:.3g} s"))
    return "".join(
        f'<div class="{escape(text) if term == "status" else ""}"><dt>{escape(term)}</dt><dd>{escape(text)}</dd></div>'
        for term, text in facts
    )


def _summary(picture: Picture, headline: Headline, content: Content) -> str:
    """The solution in a few sentences, also for those who cannot see the picture."""
    sentences = [f"{picture.title}: {picture.subtitle}."]
    if headline.status:
        sentences.append(f"{headline}.".replace("  ·  ", ", "))
    return " ".join([*sentences, *content.sentences])


def _table(table: Table) -> str:
    heads = [f'<th scope="col">{escape(head)}</th>' for head in table.texts]
    heads += [f'<th scope="col" class="number">{escape(head)}</th>' for head in table.numbers]
    rows = []
    for line in table.lines:
        cells = [f"<td>{escape(text)}</td>" for text in line[: len(table.texts)]]
        cells += [f'<td class="number">{escape(text)}</td>' for text in line[len(table.texts) :]]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<div><table><thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"


# --- for the script -------------------------------------------------------------------------------


def _trace(headline: Headline) -> dict[str, object]:
    """How the answer was found."""
    points = []
    for p in headline.trace:
        point = {"seconds": p.seconds, "objective": p.objective, "bound": p.bound, "who": p.who, "stage": p.stage}
        points.append(point)
    return {"seconds": headline.seconds, "trace": points}
