"""Sizes, colours and text styles of the decks we draw; no library, so that anyone may import it."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 13.333, 7.5
NAVY, TEAL, AMBER, RED, INK = "1A3F8F", "0B5345", "7A4A00", "8A1C1C", "222222"
MIST, SAND, WHITE, GREY = "EAF0FA", "FBF3E2", "FFFFFF", "5A6472"

Box = tuple[float, float, float, float]
"""Left, top, width and height in inches."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; ``size`` in points."""

    size: float = 20
    bold: bool = False
    color: str = INK
    align: str = "left"
    anchor: str = "top"
    font: str = ""
    spacing: float = 1.15
