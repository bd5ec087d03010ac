"""How much one conversion may cost. Pure numbers, so that tests can tighten them."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one conversion; what exceeds them is refused or left out, never waited for.

    Sizes are bytes, times are seconds of wall clock for one child process. ``memory`` is the
    address space of a child; LibreOffice maps far more than it touches, so 4 GiB is honest.
    ``archive_ratio`` is checked only above ``ratio_floor`` unpacked bytes: small XML parts
    legitimately compress a hundredfold.
    """

    upload_bytes: int = 300 * MIB
    archive_entries: int = 10_000
    archive_bytes: int = 500 * MIB
    archive_ratio: int = 100
    ratio_floor: int = 32 * MIB
    archive_depth: int = 16
    slides: int = 500
    text_characters: int = 20_000
    hotspots: int = 200
    notes_bytes: int = 5 * MIB
    memory: int = 4096 * MIB
    file_bytes: int = 1024 * MIB
    processes: int = 512
    office_seconds: int = 120
    read_seconds: int = 120
    render_seconds: int = 300
    screen_pixels: int = 1600
    zoom_pixels: int = 2400
    thumbnail_pixels: int = 320
