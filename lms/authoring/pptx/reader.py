"""Reads the meaning of a deck: text in reading order, notes, links, and what will be lost.

Runs in a child process with limited memory and time. One unreadable shape costs that shape, one
unreadable slide its text; only a deck that cannot be opened at all is an error.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from lms.authoring import markdown
from lms.authoring.deck import Deck, DeckLink, DeckSlide
from lms.authoring.findings import FindingCode
from lms.authoring.pptx.links import shape_links
from lms.authoring.pptx.losses import alternative_texts, slide_losses
from lms.authoring.pptx.shapes import Placed, description, placed_shapes
from lms.authoring.pptx.text import chart_text, diagram_text, frame_text, plain_text, table_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lms.authoring.limits import Limits

_TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE})
_REPEATED = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER})
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_GENERIC_TITLES = ("powerpoint", "presentation", "プレゼンテーション", "スライド 1")
_TITLE_LENGTH = 80
_UPPER_PART = 0.35
_NOT_A_FONT = "+"


def read_deck(path: Path, limits: Limits) -> Deck:
    """Read a working copy (see ``deckfile``).

    Raises:
        Exception: anything python-pptx or lxml raise on a broken package; the caller is a child
            process whose failure means "could not be read".
    """
    presentation = pptx.Presentation(str(path))
    entries = _slide_parts(presentation)
    slide_ids = {str(part.partname).lstrip("/"): number for number, part in entries}
    width, height = presentation.slide_width or 9144000, presentation.slide_height or 6858000
    reader = _SlideReader(slide_ids, int(width), int(height), limits)
    fonts: dict[str, None] = {}
    slides = []
    for number, part in entries[: limits.slides + 1]:
        slides.append(reader.read(number, part))
        with suppress(Exception):  # The list of fonts is a courtesy.
            _collect_fonts(part.slide, fonts)
    return Deck(
        title=_deck_title(presentation, slides),
        width=int(width),
        height=int(height),
        slides=tuple(slides),
        fonts=tuple(sorted(fonts)),
        embedded_fonts=presentation.element.find(qn("p:embeddedFontLst")) is not None,
    )


def _slide_parts(presentation: Any) -> list[tuple[int, Any]]:  # noqa: ANN401
    """Give ``sldId`` and part of each slide; a listed slide that does not exist is passed over.

    An id that a broken program gave twice is replaced, because learners' work is kept under it.
    """
    found: dict[int, Any] = {}
    for entry in presentation.slides._sldIdLst:  # noqa: SLF001 - a dangling one stops the public way
        with suppress(KeyError, ValueError, TypeError):
            part = presentation.part.related_part(entry.rId)
            if hasattr(part, "slide"):
                number = int(entry.id)
                found[max(found) + 1 if number in found else number] = part
    return list(found.items())


class _SlideReader:
    """Reads slides of one deck; ``slide_ids`` maps part names to ``sldId``."""

    def __init__(
        self, slide_ids: Mapping[str, int], width: int, height: int, limits: Limits
    ) -> None:
        self._slide_ids = slide_ids
        self._width = width
        self._height = height
        self._limits = limits

    def read(self, number: int, part: Any) -> DeckSlide:  # noqa: ANN401
        name = str(part.partname).lstrip("/")
        try:
            return self._read(number, name, part.slide)
        except Exception:  # noqa: BLE001 - whatever one slide does, the others are read
            counts = {FindingCode.UNREADABLE.value: 1}
            return DeckSlide(number, name, "", titled=False, counts=counts)

    def _read(self, number: int, name: str, slide: Any) -> DeckSlide:  # noqa: ANN401
        counts = dict(slide_losses(slide))
        texts: list[tuple[Placed, str]] = []
        links: list[DeckLink] = []
        lost: list[tuple[str, str]] = []
        described = []
        title, titled = "", False
        for placed in placed_shapes(slide, self._width, self._height):
            try:
                described.append((placed, *description(placed.element)))
                for link in self._links(placed, slide.part):
                    if isinstance(link, DeckLink):
                        links.append(link)
                    else:
                        lost.append(link)
                kind = _placeholder(placed.shape)
                if kind in _TITLES and not titled:
                    title = plain_text(placed.element)
                    titled = bool(title)
                elif placed.shape is not None and kind not in _REPEATED:
                    text = _content(placed, slide.part, counts)
                    if text:
                        texts.append((placed, text))
            except Exception:  # noqa: BLE001 - python-pptx raises seven kinds on odd shapes
                counts[FindingCode.UNREADABLE] = counts.get(FindingCode.UNREADABLE, 0) + 1
        if not titled:
            title, texts = _title_from_text(texts)
        alts, alt_counts = alternative_texts(described)
        # What is too long for a title is still text of the slide.
        long_title = [markdown.escape(title)] if len(title) > _TITLE_LENGTH else []
        body = "\n\n".join([*long_title, *(text for _, text in texts)])
        notes = _notes(slide)
        limit = self._limits.text_characters
        return DeckSlide(
            pptx_id=number,
            part=name,
            title=title[:_TITLE_LENGTH],
            titled=titled,
            body=body if len(body) <= limit else body[:limit].rpartition("\n")[0],
            notes=notes[:limit],
            alts=alts,
            links=tuple(links),
            lost_links=tuple(dict.fromkeys(lost)),
            counts={code.value: count for code, count in (counts | alt_counts).items()},
            hidden=slide.element.get("show") in {"0", "false"},
            text_cut=len(body) > limit,
            notes_cut=len(notes) > limit,
        )

    def _links(self, placed: Placed, part: Any) -> list[DeckLink | tuple[str, str]]:  # noqa: ANN401
        return list(shape_links(placed, part, self._slide_ids, plain_text(placed.element)))


def _content(placed: Placed, part: Any, counts: dict[FindingCode, int]) -> str:  # noqa: ANN401
    """Give the Markdown of one shape; tables of charts and unread diagrams are counted."""
    shape = placed.shape
    if getattr(shape, "has_table", False):
        return table_text(shape.table)
    if getattr(shape, "has_chart", False):
        text = chart_text(shape.chart)
        if text:
            counts[FindingCode.CHART] = counts.get(FindingCode.CHART, 0) + 1
        return text
    data = placed.element.find(f".//{qn('a:graphicData')}")
    if data is not None and data.get("uri") == _DIAGRAM:
        try:
            text = diagram_text(placed.element, part)
        except Exception:  # noqa: BLE001 - the data part is hand-made by many programs
            text = ""
        if not text:
            counts[FindingCode.SMARTART] = counts.get(FindingCode.SMARTART, 0) + 1
        return text
    return frame_text(shape) if getattr(shape, "has_text_frame", False) else ""


def _placeholder(shape: Any) -> Any:  # noqa: ANN401
    if shape is None or not getattr(shape, "is_placeholder", False):
        return None
    return shape.placeholder_format.type


def _title_from_text(texts: list[tuple[Placed, str]]) -> tuple[str, list[tuple[Placed, str]]]:
    """Pick the topmost short text of the upper part, as many decks put titles in a text box."""
    upper = [
        (placed.box.y, index)
        for index, (placed, text) in enumerate(texts)
        if placed.box.y < _UPPER_PART
        and "\n" not in text
        and getattr(placed.shape, "has_text_frame", False)
        and len(plain_text(placed.element)) <= _TITLE_LENGTH
    ]
    if upper:
        index = min(upper)[1]
        title = plain_text(texts[index][0].element)
        return title, texts[:index] + texts[index + 1 :]
    first = plain_text(texts[0][0].element) if texts else ""
    return first[: _TITLE_LENGTH // 2], texts


def _notes(slide: Any) -> str:  # noqa: ANN401
    """Give the speaker notes with line breaks as newlines; a vertical tab is a soft break."""
    if not slide.has_notes_slide:
        return ""
    with suppress(Exception):  # Notes whose page is broken are reported as missing.
        frame = slide.notes_slide.notes_text_frame
        if frame is not None:
            return str(frame.text).replace("\v", "\n").strip()
    return ""


def _deck_title(presentation: Any, slides: list[DeckSlide]) -> str:  # noqa: ANN401
    if slides and slides[0].title:
        return slides[0].title
    with suppress(Exception):  # Properties may be missing or unreadable.
        title = markdown.one_line(presentation.core_properties.title)
        if not title.lower().startswith(_GENERIC_TITLES):
            return title[:_TITLE_LENGTH]
    return ""


def _collect_fonts(slide: Any, fonts: dict[str, None]) -> None:  # noqa: ANN401
    """Add the font names a slide asks for: those of its runs and those of its theme."""
    for element in slide.element.iter(qn("a:latin"), qn("a:ea"), qn("a:sym")):
        _add_font(element.get("typeface", ""), fonts)
    master = slide.slide_layout.slide_master
    for relation in master.part.rels.values():
        if relation.reltype.endswith("/theme"):
            theme = pptx.oxml.parse_xml(relation.target_part.blob)
            for group in theme.iter(qn("a:majorFont"), qn("a:minorFont")):
                for element in group:
                    if element.tag != qn("a:font") or element.get("script") == "Jpan":
                        _add_font(element.get("typeface", ""), fonts)


def _add_font(name: str, fonts: dict[str, None]) -> None:
    shown = markdown.one_line(name)[:_TITLE_LENGTH]
    if shown and not shown.startswith(_NOT_A_FONT):
        fonts[shown] = None
