"""Bins filled with shares of resources, before and after."""

from __future__ import annotations

import numpy as np

from schedsolve.reports.axis import Axis
from schedsolve.reports.panels import Panels
from schedsolve.reports.picture import Items
from schedsolve.reports.stacks import Part, Resource, stacks


def row(picture: Panels, panel: int, lane: int) -> list[tuple[int, int, str, str]]:
    """(from, to, part, pod) of the boxes of items in a lane."""
    boxes = picture.panels[panel].boxes
    found = []
    for i in np.flatnonzero((boxes.item >= 0) & (boxes.y0 == lane)).tolist():
        name = picture.items.name[boxes.item[i]]
        found.append((int(boxes.x0[i]), int(boxes.x1[i]), Part(boxes.kind[i]).name, name.partition("<")[0] or "evil"))
    return sorted(found)


def test_shares_lie_end_to_end_with_what_stays_first(cluster: Panels) -> None:
    assert cluster.panels[0].y.rows == ("left", cluster.places[1], "right", "pending")
    before, after = row(cluster, 0, 0), row(cluster, 0, 1)
    assert before == [(0, 1000, "STAYS", "web-1"), (1000, 2500, "STAYS", "evil")]
    assert after == [*before, (2500, 3500, "CAME", "web-2")]
    assert row(cluster, 0, 2) == [(0, 1000, "LEAVES", "web-2"), (1000, 1500, "LEAVES", "db")]
    assert row(cluster, 0, 3) == [(0, 2000, "CAME", "batch")]
    assert row(cluster, 1, 5) == [(0, 2**30, "STAYS", "idle"), (2**30, 17 * 2**30, "PLACED", "train")]


def test_what_is_left_out_has_a_row_of_its_own(cluster: Panels) -> None:
    assert row(cluster, 0, 6) == [(0, 9000, "STAYS", "huge"), (9000, 12000, "LEAVES", "train")]
    assert row(cluster, 0, 7) == [(0, 9000, "STAYS", "huge"), (9000, 9500, "CAME", "db")]
    assert cluster.panels[0].x_range == (0, 5000)  # not twice as wide as the fullest node


def test_items_without_demand_have_no_box(cluster: Panels) -> None:
    idle = cluster.items.name.index("idle")
    assert idle not in cluster.panels[0].boxes.item
    assert idle in cluster.panels[1].boxes.item


def test_capacity_and_target_are_lines_across_the_row(cluster: Panels) -> None:
    boxes = cluster.panels[0].boxes
    for part, value in ((Part.CAPACITY, 4000), (Part.TARGET, 3200)):
        lines = boxes.take(boxes.kind == part)
        assert (lines.x0 == value).all()
        assert (lines.x1 == value).all()
        assert list(zip(lines.y0.tolist(), lines.y1.tolist(), strict=True)) == [(0, 2), (2, 4), (4, 6)]


def test_it_is_told_in_words(cluster: Panels) -> None:
    told = " ".join(cluster.sentences)
    for wanted in (
        "6 of 8 pods are on 3 of 3 nodes.",
        "Changes: 2 moved, 1 newly placed, 1 taken out.",
        "2 pods pending.",
        "Of cpu 70.8 % is in use; the fullest node is left with 87.5 %.",
    ):
        assert wanted in told
    assert [cluster.items.name[i] for i in cluster.marked] == ["web-2", "db", "train", "batch"]
    assert cluster.table.texts == ("name", "priority", "before", "after")
    assert cluster.table.lines[1] == ("db", "priority 1000", cluster.places[1], "pending", "500 m", "4 GiB")


def boxed(after: list[int], **parts: object) -> Panels:
    given = {
        "title": "t",
        "subtitle": "s",
        "items": Items(tuple(f"item {i}" for i in range(len(after))), np.zeros(len(after), dtype=np.int64)),
        "item_noun": "item",
        "keys": ("all",),
        "key_noun": "key",
        "bins": Axis.of_rows("box", ("A", "B")),
        "resources": (),
        "after": np.array(after, dtype=np.int64),
    }
    return stacks(**(given | parts))  # type: ignore[arg-type]


def test_without_a_state_before_there_is_one_bar_a_bin() -> None:
    size = Resource(Axis("size"), np.array([3, 4, 5]), np.array([10, 6]))
    picture = boxed([0, 0, 1], resources=(size,))
    assert picture.panels[0].y.lanes == ("",)
    assert row(picture, 0, 0) == [(0, 3, "STAYS", "item 0"), (3, 7, "STAYS", "item 1")]
    assert picture.marked.tolist() == []
    assert "Changes" not in " ".join(picture.sentences)


def test_what_is_too_full_is_seen_and_said() -> None:
    size = Resource(Axis("size"), np.array([3, 4]), np.array([6, 6]))
    picture = boxed([0, 0], resources=(size,))
    assert picture.panels[0].x_range == (0, 7)
    assert picture.sentences[-1].endswith("the fullest box is A with 116.7 %; 1 box above capacity.")


def test_without_resources_items_are_counted() -> None:
    (panel,) = boxed([0, 0, -1]).panels
    assert (panel.title, panel.x_range) == ("items", (0, 2))


def test_a_family_may_say_it_in_its_own_words() -> None:
    picture = boxed([0], words={Part.CAPACITY: "allocatable"})
    assert picture.kinds[Part.CAPACITY].word == "allocatable"
    assert picture.kinds[Part.TARGET].word == "target"
