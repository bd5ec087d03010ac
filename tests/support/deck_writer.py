"""Writes a module as a deck, so that tests can send it through the import and compare.

A slide keeps its ``sldId``. Narration and questions are in the notes, below ``---quiz---``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError
from pptx.enum.shapes import MSO_SHAPE

from lms.authoring.pptx.canvas import DeckCanvas
from lms.authoring.pptx.formatting import describe, inches
from lms.authoring.pptx.palette import GREY, NAVY, WHITE, Style
from lms.authoring.slidenotes import QUIZ_MARK
from lms.catalog.source import ModuleSource, QuestionSource, SlideSource, SurveySource
from lms.catalog.textformat import write_module
from lms.kernel.markdown import survey, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lms.authoring.pptx.canvas import SlideCanvas
    from lms.authoring.pptx.palette import Box

_FONT = "BIZ UDPゴシック"
_FIRST_ID = 256
"""Smallest ``sldId`` PowerPoint accepts (ECMA-376 part 1, 19.7.13: 256 to 2147483647)."""

_BULLET = re.compile(r"^(?P<indent> *)(?:[-*+]|\d{1,9}[.)])\s+(?P<text>.*)$")
_RULE = re.compile(r"^\|(?:\s*:?-+:?\s*\|)+$")
_PICTURE_BOX: Box = (0.6, 1.5, 12.1, 5.6)
_BESIDE: Box = (8.0, 1.6, 4.7, 4.6)
_QUIZ_TITLE = "確認テスト"


@dataclass(slots=True)
class _Body:
    """The blocks of a Markdown body that a slide can show."""

    items: list[tuple[int, str]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)


def write_pptx(source: ModuleSource, assets: Mapping[str, Path], out: Path) -> None:
    """Write ``source`` as a .pptx.

    Args:
        source: the module. Questions of the pool go to the notes of a slide at the end.
        assets: names as the module uses them to files; a picture that is missing, or of a kind
            PowerPoint cannot hold (SVG), is replaced by its alternative text.
        out: the file to write; the same module gives the same bytes.
    """
    deck = DeckCanvas(font=_FONT, accent=NAVY, title=source.title, author="")
    drawn: dict[str, SlideCanvas] = {}
    for slide in source.slides:
        drawn[slide.id] = _draw(deck, slide, assets)
    for slide in source.slides:
        _add_links(slide, drawn, assets)
    if source.pool:
        deck.slide(_QUIZ_TITLE, notes=_notes("", source.pool, ()))
    _number(deck, source)
    deck.save(out)


def _draw(deck: DeckCanvas, slide: SlideSource, assets: Mapping[str, Path]) -> SlideCanvas:
    body = _blocks(slide.body)
    notes = _notes(slide.script, slide.questions, slide.surveys)
    png = _png(assets, slide.picture.src) if slide.picture else None
    canvas = deck.slide(slide.title, notes=notes, content=png is None and bool(body.items))
    if slide.hidden:
        canvas.slide.element.set("show", "0")
    if slide.picture and png:
        canvas.picture(_fitted(png, _PICTURE_BOX), png, slide.picture.alt)
        return canvas
    width = 7.2 if body.images else 12.1
    if body.items:
        size = 24 if len(body.items) < 8 else 18
        canvas.bullets((0.6, 1.6, width, 2.6 if body.tables else 5.2), body.items, size)
    for src, alt in body.images[:1]:
        beside = body.items or body.tables
        _picture(canvas, _png(assets, src), alt, _BESIDE if beside else _PICTURE_BOX)
    for rows in body.tables[:1]:
        top = 4.3 if body.items else 1.65
        canvas.table((0.6, top, width, 0.5 * len(rows)), rows, [1] * len(rows[0]), 16)
    return canvas


def _picture(canvas: SlideCanvas, png: bytes | None, alt: str, box: Box) -> None:
    """Place a picture, or a frame with its alternative text where it cannot be held."""
    if png:
        canvas.picture(_fitted(png, box), png, alt)
        return
    style = Style(18, color=GREY, align="center", anchor="middle")
    canvas.shape("box", box, [alt], style, fill=WHITE, line=GREY)


def _add_links(
    slide: SlideSource, drawn: Mapping[str, SlideCanvas], assets: Mapping[str, Path]
) -> None:
    """Lay invisible shapes with the links over the picture."""
    png = _png(assets, slide.picture.src) if slide.picture else None
    if not png:
        return
    left, top, width, height = _fitted(png, _PICTURE_BOX)
    for spot in slide.hotspots:
        box = (left + spot.x * width, top + spot.y * height, spot.w * width, spot.h * height)
        target = drawn.get(spot.target.removeprefix("#"), spot.target)
        if isinstance(target, str) and target.startswith("#"):
            continue
        area = drawn[slide.id].slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *inches(box))
        area.fill.background()
        area.line.fill.background()
        describe(area, spot.label)
        if isinstance(target, str):
            area.click_action.hyperlink.address = target
        else:
            area.click_action.target_slide = target.slide


def _notes(
    script: str, questions: Sequence[QuestionSource], surveys: Sequence[SurveySource]
) -> str:
    if not questions and not surveys:
        return script
    slide = SlideSource("s", "quiz", questions=tuple(questions), surveys=tuple(surveys))
    text = write_module(ModuleSource("quiz", (slide,)))
    quiz = text[text.index("::: ") :].rstrip()
    return f"{script}\n{QUIZ_MARK}\n{quiz}".lstrip("\n")


def _blocks(body: str) -> _Body:
    """Take a body apart line by line; marks inside a line become plain text."""
    blocks = _Body(images=[(image.src, image.alt) for image in survey(body).images])
    rows: list[list[str]] = []
    for line in [*body.split("\n"), ""]:
        if line.startswith("|"):
            if not _RULE.match(line):
                cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
                rows.append([_plain(cell) for cell in cells])
            continue
        if rows:
            width = max(map(len, rows))
            blocks.tables.append([row + [""] * (width - len(row)) for row in rows])
            rows = []
        bullet = _BULLET.match(line)
        text = _plain(bullet["text"] if bullet else line.lstrip("#> "))
        if text and not line.lstrip().startswith("!["):
            level = min(len(bullet["indent"]) // 2, 4) if bullet else 0
            blocks.items.append((level, text))
    return blocks


def _plain(line: str) -> str:
    """Give one line without marks; slots stay, because the import knows them."""
    return to_text(line.strip(), fill_slot=lambda name: f"{{{{tenant.{name}}}}}").strip()


def _png(assets: Mapping[str, Path], name: str) -> bytes | None:
    """Give a picture as PNG: PowerPoint before 2021 does not open WebP."""
    path = assets.get(name)
    if path is None:
        return None
    target = BytesIO()
    try:
        with Image.open(path) as image:
            image.convert("RGB").save(target, "PNG")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        return None
    return target.getvalue()


def _fitted(png: bytes, box: Box) -> Box:
    """Give the largest place in ``box`` that keeps the shape of the picture, centred."""
    left, top, width, height = box
    with Image.open(BytesIO(png)) as image:
        scale = min(width / image.width, height / image.height)
        w, h = image.width * scale, image.height * scale
    return (left + (width - w) / 2, top + (height - h) / 2, w, h)


def _number(deck: DeckCanvas, source: ModuleSource) -> None:
    """Give imported slides their ``sldId`` back, and the others the free numbers."""
    taken = {slide.pptx_id for slide in source.slides if slide.pptx_id}
    free = (number for number in range(_FIRST_ID, 2**31) if number not in taken)
    wanted = [slide.pptx_id for slide in source.slides] + [None]
    seen: set[int] = set()
    entries: Any = list(deck._deck.slides._sldIdLst)
    for entry, number in zip(entries, wanted, strict=False):
        usable = number is not None and number >= _FIRST_ID and number not in seen
        entry.set("id", str(number if usable else next(free)))
        if usable and number is not None:
            seen.add(number)
