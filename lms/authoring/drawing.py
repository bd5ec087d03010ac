"""Draws pages of a PDF as WebP pictures. Runs in the cage (``lms.authoring.worker``).

A picture is stored without loss where that is smaller than quality 80, and lossy otherwise
(pipeline study, A4). Lossless wins only on slides with little on them, and trying it costs more
than everything else, so the question is put to a picture of half the size first: measured on 44
slides, none was smaller without loss whose half size was not under 0.7 of its lossy form, but one
by a single per cent.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lms.authoring.limits import Limits

SIZES = ("", "-zoom", "-thumb")
"""Suffixes of the files of a page: screen, zoom and thumbnail."""

_QUALITY = 80
_THUMBNAIL_QUALITY = 70
_EFFORT = 4
_QUICK_EFFORT = 2
"""Effort (0 to 6) for pictures that are seldom looked at: half the time for 5 % more bytes."""

_WORTH_TRYING = 0.85
_LOSSLESS_SEARCH = 40
"""How hard the lossless encoder searches (0 to 100); beyond this it gains under 3 %."""


def draw_pages(path: Path, folder: Path, *, first: int, step: int, limits: Limits) -> Iterator[str]:
    """Draw the pages ``first``, ``first + step`` … (1-based) and give each number when done.

    Writes ``<n>.webp``, ``<n>-zoom.webp`` and ``<n>-thumb.webp`` with the longer side in the
    pixels of ``limits``. A page that cannot be drawn is passed over; its number is not given.

    Raises:
        pypdfium2.PdfiumError: the PDF cannot be opened at all.
    """
    with pypdfium2.PdfDocument(str(path)) as document:
        for index in range(first - 1, len(document), step):
            try:
                page = document[index]
                screen = _draw(page, limits.screen_pixels)
                zoom = _draw(page, limits.zoom_pixels)
            except (pypdfium2.PdfiumError, ValueError, MemoryError):
                continue
            lossless = _is_flat(screen)
            content = _encode(screen, _EFFORT)
            if lossless:
                plain = _encode(screen, _QUICK_EFFORT, lossless=True)
                lossless = len(plain) <= len(content)
                content = plain if lossless else content
            (folder / f"{index + 1}.webp").write_bytes(content)
            large = _encode(zoom, _QUICK_EFFORT, lossless=lossless)
            (folder / f"{index + 1}-zoom.webp").write_bytes(large)
            screen.thumbnail((limits.thumbnail_pixels, limits.thumbnail_pixels))
            small = BytesIO()
            screen.save(small, "WEBP", quality=_THUMBNAIL_QUALITY, method=_EFFORT)
            (folder / f"{index + 1}-thumb.webp").write_bytes(small.getvalue())
            yield str(index + 1)


def _draw(page: pypdfium2.PdfPage, pixels: int) -> Image.Image:
    longer = max(page.get_size())
    if longer <= 0:
        raise ValueError("a page without size")
    bitmap = page.render(scale=pixels / longer, fill_color=(255, 255, 255, 255))
    image: Image.Image = bitmap.to_pil()
    return image.convert("RGB")


def _is_flat(image: Image.Image) -> bool:
    """Tell whether storing without loss may be smaller, from a copy of half the size."""
    half = image.resize((image.width // 2 or 1, image.height // 2 or 1), Image.Resampling.NEAREST)
    plain = len(_encode(half, 1, lossless=True))
    return plain < _WORTH_TRYING * len(_encode(half, _QUICK_EFFORT))


def _encode(image: Image.Image, effort: int, *, lossless: bool = False) -> bytes:
    target = BytesIO()
    quality = _LOSSLESS_SEARCH if lossless else _QUALITY
    image.save(target, "WEBP", lossless=lossless, quality=quality, method=effort)
    return target.getvalue()
