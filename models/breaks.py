"""Working through times in which no work is done: when does it end?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def paused_end(breaks: Ints, start: Ints, duration: Ints) -> Ints:
    """Ends of pieces of work (start and duration of each) that pause in ``breaks`` (k x 2, sorted, disjoint, k >= 1).

    ``worked[k]`` is the working time before break k, so work w done since time 0 ends after all breaks with
    ``worked[k] < w``.
    """
    length = breaks[:, 1] - breaks[:, 0]
    passed = np.concatenate([[0], np.cumsum(length)])
    worked = breaks[:, 0] - passed[:-1]
    before = np.searchsorted(breaks[:, 1], start, side="right")
    inside = np.minimum(before, len(breaks) - 1)
    lost = np.where(before < len(breaks), np.maximum(0, start - breaks[inside, 0]), 0)
    done: Ints = start - passed[before] - lost + duration
    end: Ints = done + passed[np.searchsorted(worked, done, side="left")]
    return end
