"""Opus packets in and out of Ogg files, so that sound can be joined without encoding it again.

Pure. Formats: Ogg RFC 3533, Opus in Ogg RFC 7845. A file written here depends on nothing but its
packets: the same packets always give the same bytes.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLOCK = 48_000
"""Ticks a second of Opus positions, whatever the sample rate of the sound was."""

PACKET_TICKS = 960
"""Length of a packet: 20 ms."""

_MAGIC = b"OggS"
_SEGMENT_COUNT = 26
_SERIAL = 1
_PACKETS_PER_PAGE = 50
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_FULL_SEGMENT = 255
_VENDOR = b"lms"
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def packets_of(file: bytes) -> tuple[bytes, list[bytes]]:
    """Return the identification header and the sound packets of an Ogg/Opus file.

    Raises:
        ValueError: it is not such a file.
    """
    packets: list[bytes] = []
    unfinished = b""
    position = 0
    while position < len(file):
        count_at = position + _SEGMENT_COUNT
        if file[position : position + 4] != _MAGIC or count_at >= len(file):
            raise ValueError("not an Ogg file")
        sizes = file[count_at + 1 : count_at + 1 + file[count_at]]
        position = count_at + 1 + len(sizes)
        for size in sizes:
            unfinished += file[position : position + size]
            position += size
            if size < _FULL_SEGMENT:
                packets.append(unfinished)
                unfinished = b""
    if len(packets) < 2 or not packets[0].startswith(b"OpusHead"):  # noqa: PLR2004 - two headers
        raise ValueError("not an Opus file")
    return packets[0], packets[2:]


def file_of(head: bytes, packets: Sequence[bytes], ticks: int) -> bytes:
    """Return an Ogg/Opus file.

    Args:
        head: the identification header (``OpusHead``).
        packets: sound packets of ``PACKET_TICKS`` each.
        ticks: how long the sound is to be, in ``CLOCK`` ticks; what the packets hold beyond it is
            cut off by the player. They must hold that much after the encoder's delay.

    Raises:
        ValueError: the packets are too short for ``ticks``.
    """
    delay = int.from_bytes(head[10:12], "little")
    end = ticks + delay
    if end > len(packets) * PACKET_TICKS:
        raise ValueError("the packets do not hold that much sound")
    tags = b"OpusTags" + len(_VENDOR).to_bytes(4, "little") + _VENDOR + bytes(4)
    pages = [_page([head], 0, 0, _FIRST), _page([tags], 0, 1, 0)]
    for start in range(0, len(packets), _PACKETS_PER_PAGE):
        group = packets[start : start + _PACKETS_PER_PAGE]
        done = start + len(group)
        is_last = done == len(packets)
        position = end if is_last else done * PACKET_TICKS
        pages.append(_page(group, position, len(pages), _LAST if is_last else 0))
    return b"".join(pages)


def _page(packets: Sequence[bytes], position: int, number: int, flags: int) -> bytes:
    sizes = bytes(size for packet in packets for size in _segments(len(packet)))
    head = (
        _MAGIC
        + bytes([0, flags])
        + position.to_bytes(8, "little")
        + _SERIAL.to_bytes(4, "little")
        + number.to_bytes(4, "little")
    )
    rest = bytes([len(sizes)]) + sizes + b"".join(packets)
    return head + _checksum(head + bytes(4) + rest).to_bytes(4, "little") + rest


def _segments(length: int) -> Iterator[int]:
    """Return the sizes of a packet's segments; one below 255 ends it."""
    yield from [_FULL_SEGMENT] * (length // _FULL_SEGMENT)
    yield length % _FULL_SEGMENT


def _checksum(page: bytes) -> int:
    """Return Ogg's CRC-32: zlib's with every bit order reversed, starting from zero."""
    reversed_sum = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reversed_sum:032b}"[::-1], 2)
