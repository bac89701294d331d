"""Addresses over time."""

from __future__ import annotations

import numpy as np

from schedsolve.reports.address_map import Memory, Part, Segments, address_map
from schedsolve.reports.axis import Axis
from schedsolve.reports.panels import Panels
from schedsolve.reports.picture import Items

KIB = 1024


def test_a_box_is_a_lifetime_by_a_range_of_addresses(memory: Panels) -> None:
    boxes = memory.panels[0].boxes
    c = boxes.take(boxes.item == memory.items.name.index("c"))
    assert (c.x0.tolist(), c.x1.tolist(), c.y0.tolist(), c.y1.tolist()) == ([4], [7], [160 * KIB], [224 * KIB])
    x = boxes.take(boxes.item == 0)
    assert [Part(kind).name for kind in x.kind] == ["HELD", "LOADED"]


def test_what_is_spilled_lies_in_the_other_memory(memory: Panels) -> None:
    slow = memory.panels[2]
    assert slow.title == "slow memory: addresses up to 64 KiB"
    assert [(Part(k).name, i) for k, i in zip(slow.boxes.kind, slow.boxes.item, strict=True)] == [
        ("OUTSIDE", 0),
        ("PEAK", -1),
    ]


def test_capacity_and_peak_are_lines_across_time(memory: Panels) -> None:
    boxes = memory.panels[0].boxes
    for part, value in ((Part.PEAK, 240), (Part.CAPACITY, 256)):
        line = boxes.take(boxes.kind == part)
        assert (line.x0.tolist(), line.x1.tolist(), line.y0.tolist()) == ([0], [9], [value * KIB])
    assert memory.panels[0].title == "fast memory: addresses up to 240 KiB of 256 KiB"


def test_what_is_in_use_stands_below_against_capacity(memory: Panels) -> None:
    boxes = memory.panels[1].boxes
    used = boxes.take(boxes.kind == Part.IN_USE)
    assert (used.y1 // KIB).tolist() == [64, 160, 240, 176, 160, 144, 144, 144]
    assert used.x0.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert memory.panels[1].title == "fast memory: at most 240 KiB in use at once, at time 2"
    assert [memory.items.name[i] for i in memory.marked] == ["x", memory.items.name[1], "b"]


def test_it_is_told_in_words_and_as_a_table(memory: Panels) -> None:
    assert memory.sentences[0] == (
        "fast memory: addresses are in use up to 240 KiB of 256 KiB; at most 240 KiB are in use at once, at time 2."
    )
    assert memory.table.lines[2] == ("b", "fast memory", "2", "4", "163\u2009840", "81\u2009920")


def plain(size: list[int], memories: tuple[Memory, ...]) -> Panels:
    count = len(size)
    zeros, names = np.zeros(count, dtype=np.int64), tuple(f"buffer {i}" for i in range(count))
    return address_map(
        title="t",
        subtitle="s",
        items=Items(names, np.arange(count)),
        item_noun="buffer",
        keys=names,
        key_noun="buffer",
        time=Axis("time"),
        memories=memories,
        segments=Segments.held(zeros, zeros + 2, zeros, np.array(size, dtype=np.int64)),
    )


def test_a_capacity_far_above_is_named_but_not_drawn() -> None:
    panel = plain([10], (Memory("large", 1000),)).panels[0]
    assert panel.y_range == (0, 10)
    assert Part.CAPACITY not in panel.boxes.kind
    assert panel.title == "large: addresses up to 10 B of 1000 B"


def test_nothing_at_all_is_a_picture_too() -> None:
    (panel,) = plain([], ()).panels
    assert (panel.x_range, panel.y_range) == ((0, 1), (0, 1))


def test_empty_buffers_use_nothing() -> None:
    picture = plain([0, 3], (Memory("m", 4),))
    assert picture.panels[1].boxes.y1.max() == 4
    assert picture.marked.tolist() == [1]
