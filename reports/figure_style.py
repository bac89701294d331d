"""The type size and the colours that all parts of a figure share."""

from __future__ import annotations

FONT = 9.0
INK, SOFT, FAINT, GROUND = "#1F2328", "#57606A", "#D0D7DE", "#FFFFFF"
LATE = "#B00020"
REST = "#EEF0F2"
USE = "#8FA3B8"
