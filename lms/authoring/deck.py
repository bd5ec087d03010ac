"""What a reader found in a deck, before pictures and module are made of it. Pure value types.

They cross a process border as JSON: the reader runs in a cage, and nothing but plain data may
come out of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

NEXT, PREVIOUS, FIRST, LAST = "next", "previous", "first", "last"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle as fractions of the slide (0 to 1), origin at the top left."""

    x: float
    y: float
    w: float
    h: float

    def inside(self, other: Box, slack: float = 0.01) -> bool:
        """Tell whether this rectangle lies in ``other``, give or take ``slack``."""
        return (
            self.x >= other.x - slack
            and self.y >= other.y - slack
            and self.x + self.w <= other.x + other.w + slack
            and self.y + self.h <= other.y + other.h + slack
        )

    def distance(self, other: Box) -> float:
        """Sum of the differences of the four edges; 0 for the same rectangle."""
        return (
            abs(self.x - other.x)
            + abs(self.y - other.y)
            + abs(self.x + self.w - other.x - other.w)
            + abs(self.y + self.h - other.y - other.h)
        )

    def union(self, other: Box) -> Box:
        """Smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.w, other.x + other.w)
        bottom = max(self.y + self.h, other.y + other.h)
        return Box(x, y, right - x, bottom - y)

    def clipped(self) -> Box | None:
        """The part on the slide; ``None`` where nothing of it can be clicked."""
        left, top = max(0.0, self.x), max(0.0, self.y)
        right, bottom = min(1.0, self.x + self.w), min(1.0, self.y + self.h)
        if right - left <= 0 or bottom - top <= 0:
            return None
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class DeckLink:
    """A link of a shape or of a run of its text.

    ``target`` is an address, or a slide as ``slide:<sldId>``, or one of ``jump:next``,
    ``jump:previous``, ``jump:first`` and ``jump:last``. ``box`` is the shape's rectangle;
    ``text_run`` tells that the link covers only a part of it.
    """

    label: str
    target: str
    box: Box
    text_run: bool = False


@dataclass(frozen=True, slots=True)
class DeckSlide:
    """One slide. ``body`` is the Markdown subset; ``counts`` are finding codes and numbers.

    ``part`` is its name in the archive; ``titled`` tells that ``title`` was a title in the deck
    and not picked from the text.
    """

    pptx_id: int
    part: str
    title: str
    titled: bool
    body: str = ""
    notes: str = ""
    alts: tuple[str, ...] = ()
    links: tuple[DeckLink, ...] = ()
    lost_links: tuple[tuple[str, str], ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    hidden: bool = False
    text_cut: bool = False
    notes_cut: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """All slides of a deck. ``width`` and ``height`` are EMU, only their ratio matters."""

    title: str
    width: int
    height: int
    slides: tuple[DeckSlide, ...]
    fonts: tuple[str, ...] = ()
    embedded_fonts: bool = False


@dataclass(frozen=True, slots=True)
class PdfLink:
    """A link annotation: ``target`` is an address, or ``page:<n>`` (1-based), or empty."""

    target: str
    box: Box


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a PDF says about itself: links per page, shape of the first page, font names."""

    pages: int
    ratio: float
    fonts: tuple[str, ...]
    links: tuple[tuple[PdfLink, ...], ...]


def dump(value: Deck | PdfFacts) -> str:
    """Write facts as one line of JSON."""
    return json.dumps(asdict(value), ensure_ascii=False)


def load_deck(text: str) -> Deck:
    """Read back what :func:`dump` wrote for a deck; ``ValueError`` if it is something else."""
    try:
        data = json.loads(text)
        slides = tuple(_slide(slide) for slide in data.pop("slides"))
        return Deck(slides=slides, fonts=tuple(data.pop("fonts")), **data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not the facts of a deck") from error


def load_pdf_facts(text: str) -> PdfFacts:
    """Read back what :func:`dump` wrote for a PDF; ``ValueError`` if it is something else."""
    try:
        data = json.loads(text)
        links = tuple(
            tuple(PdfLink(link["target"], Box(**link["box"])) for link in page)
            for page in data["links"]
        )
        return PdfFacts(data["pages"], data["ratio"], tuple(data["fonts"]), links)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not the facts of a PDF") from error


def _slide(data: dict[str, Any]) -> DeckSlide:
    links = tuple(
        DeckLink(link["label"], link["target"], Box(**link["box"]), link["text_run"])
        for link in data.pop("links")
    )
    lost = tuple((label, target) for label, target in data.pop("lost_links"))
    return DeckSlide(links=links, lost_links=lost, alts=tuple(data.pop("alts")), **data)
