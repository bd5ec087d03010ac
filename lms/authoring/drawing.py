"""Draws pages of a PDF as WebP pictures. Runs in the cage (``lms.authoring.worker``).

The screen picture is stored without loss where that is smaller than quality 80, which it is for
most slides of text, and lossy otherwise (pipeline study, A4). What was smaller for the screen is
used for the zoom picture too: trying both there costs a third of the whole import and almost
never decides otherwise.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL import Image

    from lms.authoring.limits import Limits

SIZES = ("", "-zoom", "-thumb")
"""Suffixes of the files of a page: screen, zoom and thumbnail."""

_QUALITY = 80
_THUMBNAIL_QUALITY = 70
_EFFORT = 4
_LOSSLESS_EFFORT = 2


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
            content, lossless = _smaller(screen)
            (folder / f"{index + 1}.webp").write_bytes(content)
            (folder / f"{index + 1}-zoom.webp").write_bytes(_encode(zoom, lossless=lossless))
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


def _smaller(image: Image.Image) -> tuple[bytes, bool]:
    lossy = _encode(image, lossless=False)
    lossless = _encode(image, lossless=True)
    return (lossless, True) if len(lossless) <= len(lossy) else (lossy, False)


def _encode(image: Image.Image, *, lossless: bool) -> bytes:
    target = BytesIO()
    if lossless:
        image.save(target, "WEBP", lossless=True, quality=50, method=_LOSSLESS_EFFORT)
    else:
        image.save(target, "WEBP", quality=_QUALITY, method=_EFFORT)
    return target.getvalue()
