"""One objective of a list, with what is known of it."""

from __future__ import annotations

from typing import NamedTuple


class Level(NamedTuple):
    """An objective, the value of a solution and a lower bound; ``bound`` only where all levels above are closed."""

    name: str
    value: int | None
    bound: int | None

    @property
    def closed(self) -> bool:
        return self.value is not None and self.bound is not None and self.bound >= self.value
