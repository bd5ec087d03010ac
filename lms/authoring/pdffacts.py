"""Reads what a PDF says about itself: pages, link rectangles, font names. Runs in the cage."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pikepdf

from lms.authoring.deck import Box, PdfFacts, PdfLink
from lms.authoring.markdown import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MAX_LINKS = 500
_MAX_FONTS = 200
_SUBSET_PREFIX = 7
"""Length of the tag of an embedded subset: six letters and a plus sign (ISO 32000-1, 9.6.4)."""


def read_pdf(path: Path) -> PdfFacts:
    """Read a PDF; a damaged annotation or font is passed over.

    Raises:
        pikepdf.PdfError: the PDF is damaged.
        pikepdf.PasswordError: it cannot be opened without a password.
    """
    with pikepdf.open(path) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        ratio = 0.0
        links = []
        for page in pdf.pages:
            box = [float(edge) for edge in page.cropbox]
            width, height = abs(box[2] - box[0]) or 1.0, abs(box[3] - box[1]) or 1.0
            ratio = ratio or width / height
            links.append(tuple(_page_links(page, numbers, box, width, height)))
        return PdfFacts(len(pdf.pages), ratio, _fonts(pdf), tuple(links))


def _page_links(
    page: Any,  # noqa: ANN401
    numbers: Mapping[tuple[int, int], int],
    box: list[float],
    width: float,
    height: float,
) -> Iterator[PdfLink]:
    annotations = page.obj.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return
    for _, annotation in zip(range(_MAX_LINKS), annotations, strict=False):
        with suppress(AttributeError, KeyError, TypeError, ValueError, IndexError):
            if annotation.get("/Subtype") != "/Link":
                continue
            x1, y1, x2, y2 = (float(edge) for edge in annotation["/Rect"])
            left, top = min(x1, x2) - box[0], box[3] - max(y1, y2)
            rectangle = Box(left / width, top / height, abs(x2 - x1) / width, abs(y2 - y1) / height)
            yield PdfLink(_target(annotation, numbers), rectangle)


def _target(annotation: Any, numbers: Mapping[tuple[int, int], int]) -> str:  # noqa: ANN401
    action = annotation.get("/A")
    destination = annotation.get("/Dest")
    if action is not None and action.get("/S") == "/URI":
        return one_line(str(action.get("/URI", "")))
    if action is not None and action.get("/S") == "/GoTo":
        destination = action.get("/D")
    if isinstance(destination, pikepdf.Array) and len(destination):
        number = numbers.get(destination[0].objgen)
        return f"page:{number}" if number else ""
    return ""


def _fonts(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    names: set[str] = set()
    for item in pdf.objects:
        if len(names) >= _MAX_FONTS:
            break
        with suppress(AttributeError, TypeError, ValueError):
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
                name = str(item.get("/BaseFont", "")).lstrip("/")
                tagged = len(name) > _SUBSET_PREFIX and name[_SUBSET_PREFIX - 1] == "+"
                names.add(one_line(name[_SUBSET_PREFIX:] if tagged else name))
    return tuple(sorted(names - {""}))
