"""One objective of a list, with what is known of it."""

from __future__ import annotations

import msgspec


class Level(msgspec.Struct, frozen=True, omit_defaults=True):
    """An objective, the value of a solution and a lower bound; ``bound`` only where all levels above are closed."""

    name: str
    value: int | None
    bound: int | None
    unit: str | None = None
    """Of what ``value / scale`` is an amount: time, money, count, share, bytes. None: not stated."""
    scale: int | None = None
    """Parts of a unit that the value counts, a power of ten: 1000 where it counts thousandths. None: not stated."""

    def __post_init__(self) -> None:
        if self.scale is not None and f"1{'0' * (len(str(self.scale)) - 1)}" != str(self.scale):
            raise ValueError(f"expected a power of ten as scale, found {self.scale}")

    @property
    def closed(self) -> bool:
        return self.value is not None and self.bound is not None and self.bound >= self.value

    def shown(self, value: int) -> str:
        """A value or a bound as people read it: ``-295.220`` where it counts thousandths, ``12.5 %`` of a share."""
        scale = self.scale or 1
        if self.unit != "share":
            return _decimal(value, scale)
        return f"{_decimal(value, scale // 100)} %" if scale >= 100 else f"{_decimal(100 * value, scale)} %"


def _decimal(value: int, scale: int) -> str:
    """``value / scale`` with all decimals that the scale has; ``scale`` is a power of ten."""
    if scale == 1:
        return str(value)
    whole, rest = divmod(abs(value), scale)
    return f"{'-' * (value < 0)}{whole}.{rest:0{len(str(scale)) - 1}d}"
