"""Files of a module put into the store, with their kind and size in pixels."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from lms.catalog.content import AssetRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.core.storage import FileStore

MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
}
"""Kinds of files a module may bring."""
_VIEW_BOX = re.compile(rb'viewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)')


def is_asset(name: str) -> bool:
    """Whether a file of this name is one that a module may bring."""
    return PurePosixPath(name).suffix.lower() in MEDIA_TYPES


def store_assets(files: FileStore, contents: Mapping[str, bytes]) -> dict[str, AssetRef]:
    """Put the known kinds among ``contents`` (name to bytes) into the store.

    Returns the reference of each by name; other kinds (texts, decks) are left out.
    """
    found = {}
    for name, data in sorted(contents.items()):
        media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
        if media_type is not None:
            found[name] = store_asset(files, data, media_type)
    return found


def store_asset(files: FileStore, data: bytes, media_type: str) -> AssetRef:
    """Put one file into the store."""
    width, height = _pixels(data, media_type)
    return AssetRef(files.put(data), media_type, width, height, len(data))


def _pixels(data: bytes, media_type: str) -> tuple[int, int]:
    if media_type == "image/svg+xml":
        match = _VIEW_BOX.search(data[:4096])
        return (round(float(match[1])), round(float(match[2]))) if match else (0, 0)
    if not media_type.startswith("image/"):
        return 0, 0
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.width, image.height
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return 0, 0
