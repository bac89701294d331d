"""Colours for keys: distinct, also for colour-blind readers as far as their number allows.

Up to 8 keys: M. Okabe and K. Ito, Color Universal Design (2008), their black replaced by grey, which
is seen on dark ground too. 9 and 10: P. Tol, Colour Schemes (2021), "muted" with its pale grey. More:
hues a golden angle apart in three lightnesses, in B. Ottosson's Oklab (2020); the captions carry identity.
"""

from __future__ import annotations

import math

OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#8C8C8C")
TOL_MUTED = (
    *("#332288", "#DDCC77", "#44AA99", "#CC6677", "#88CCEE"),
    *("#882255", "#117733", "#AA4499", "#999933", "#DDDDDD"),
)
GOLDEN_ANGLE = 137.508
LIGHTNESS = (0.62, 0.80, 0.48)
CHROMA = 0.115


def palette(count: int) -> list[str]:
    """``count`` colours as ``#RRGGBB``; the same list for the same count."""
    if count <= len(OKABE_ITO):
        return list(OKABE_ITO[:count])
    if count <= len(TOL_MUTED):
        return list(TOL_MUTED[:count])
    return [_oklch(LIGHTNESS[k % len(LIGHTNESS)], CHROMA, math.radians(k * GOLDEN_ANGLE + 250)) for k in range(count)]


def ink(colour: str) -> str:
    """Black or white, whichever contrasts more with ``colour`` (WCAG 2 relative luminance)."""
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """The sRGB colour nearest to lightness, chroma and hue of Oklab."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * min(1.0, _encoded(max(0.0, c)))):02X}" for c in channels)


def _encoded(channel: float) -> float:
    """A channel of light, from 0 on, in the transfer function of sRGB."""
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
