"""What all pictures have in common: names that can be drawn, short and long."""

from __future__ import annotations

from dataclasses import replace

from schedsolve.reports.axis import Axis
from schedsolve.reports.panels import BoxKind, Look, Panels
from schedsolve.reports.picture import Table, drawable, short_names


def test_names_are_of_one_line_and_printable() -> None:
    assert drawable(("a\tb\nc", "bell\x07", "plain")) == ("a b c", "bell\ufffd", "plain")


def test_no_text_of_a_picture_keeps_what_cannot_be_drawn(cluster: Panels) -> None:
    bell, evil = "a\x07b", Axis("cpu\x07", "m\n", lanes=("x\ty",))
    table = Table((bell,), (bell,), [(bell, bell)])
    panel = replace(cluster.panels[0], title=bell, x=evil, y=replace(evil, rows=(bell,)))
    kinds = (BoxKind(bell, Look.SOLID),)
    words = {"item_noun": bell, "key_noun": bell, "marked_word": bell, "places": (bell,), "sentences": (bell,)}
    picture = replace(cluster, panels=(panel,), kinds=kinds, table=table, **words)  # type: ignore[arg-type]
    shown = repr(replace(picture.drawable(), items=picture.drawable().items))
    assert "\\x" not in shown
    assert "\\n" not in shown
    assert "\\t" not in shown


def test_short_names_drop_the_words_that_most_begin_with() -> None:
    assert short_names(("job 3", "job 12")) == ("3", "12")
    assert short_names(("Order 7 A", "Order 7 B", "rush")) == ("A", "B", "rush")
    assert short_names(("saw", "mill 1", "lathe", "drill")) == ("saw", "mill 1", "lathe", "drill")
    assert short_names(("job 3",)) == ("3",)


def test_short_names_keep_what_would_become_alike() -> None:
    assert short_names(("job 3", "job 4", "3")) == ("job 3", "job 4", "3")
