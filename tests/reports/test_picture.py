"""What all pictures have in common: names that can be drawn, short and long."""

from __future__ import annotations

from schedsolve.reports.picture import drawable, short_names


def test_names_are_of_one_line_and_printable() -> None:
    assert drawable(("a\tb\nc", "bell\x07", "plain")) == ("a b c", "bell\ufffd", "plain")


def test_short_names_drop_the_words_that_most_begin_with() -> None:
    assert short_names(("job 3", "job 12")) == ("3", "12")
    assert short_names(("Order 7 A", "Order 7 B", "rush")) == ("A", "B", "rush")
    assert short_names(("saw", "mill 1", "lathe", "drill")) == ("saw", "mill 1", "lathe", "drill")
    assert short_names(("job 3",)) == ("3",)


def test_short_names_keep_what_would_become_alike() -> None:
    assert short_names(("job 3", "job 4", "3")) == ("job 3", "job 4", "3")
