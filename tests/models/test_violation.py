"""What a violation says of itself."""

from __future__ import annotations

from schedsolve.models.violation import Span, Violation


def test_spans_lie_on_named_axes_and_are_half_open() -> None:
    spans = (Span("time", 3, 5), Span("address", 0, 4096))
    broken = Violation("overlap", "buffers a and b overlap", {"buffer": [0, 1]}, spans=spans)
    assert broken.to_builtins()["spans"] == [
        {"axis": "time", "start": 3, "end": 5},
        {"axis": "address", "start": 0, "end": 4096},
    ]


def test_a_violation_is_written_with_all_its_fields() -> None:
    broken = Violation("capacity", "too much", {"task": [1]}, (2, 4), 1)
    assert list(broken.to_builtins()) == ["code", "message", "things", "interval", "amount", "spans"]
