"""What the sample decks share: numbered slides with their narration, and text styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.authoring.pptx.palette import GREY, WHITE, Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.authoring.pptx.canvas import DeckCanvas, SlideCanvas

LIGHT, ROSE = "E6F3EE", "FBEAEA"
"""Backgrounds of what is right and of what to avoid."""

HEAD = Style(22, bold=True, color=WHITE, align="center", anchor="middle")
SMALL = Style(14, color=GREY, font="ＭＳ Ｐゴシック")


class Pages:
    """Adds slides one after another, each with the narration of its number."""

    def __init__(self, deck: DeckCanvas, notes: Mapping[int, str]) -> None:
        self._deck = deck
        self._notes = notes
        self._number = 0

    def slide(self, title: str, *, content: bool = False) -> SlideCanvas:
        """Add the next slide; all but the cover show their number."""
        self._number += 1
        slide = self._deck.slide(title, notes=self._notes[self._number], content=content)
        if self._number > 1:
            slide.page_number(self._number)
        return slide
