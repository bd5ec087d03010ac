"""Sound files in and out: Ogg/Opus for learners, FLAC for kept sentences, uploads decoded.

The only module that imports soundfile (BSD; its wheel carries libsndfile, LGPL). Formats: Ogg
RFC 3533, Opus in Ogg RFC 7845, FLAC RFC 9639.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from lms.authoring.speech.provider import Samples

SAMPLE_RATE = 24_000
"""Samples a second of everything that is kept or delivered."""

OGG_OPUS = "audio/ogg"
FLAC = "audio/flac"

DEFAULT_KILOBITS = 16
MIN_KILOBITS = 12
"""Below this, speech loses intelligibility (pipeline study, C)."""
MAX_KILOBITS = 64

_PAGE_HEADER = 27
_SERIAL = slice(14, 18)
_CHECKSUM = slice(22, 26)
_CHECKSUM_POLYNOMIAL = 0x04C11DB7


class UnreadableAudioError(DomainError):
    """An uploaded recording is not a sound file that can be read."""

    def __init__(self) -> None:
        super().__init__(
            "speech.recording",
            "This sound file cannot be read. Upload WAV, MP3, Ogg or FLAC.",
        )


class TooLongAudioError(DomainError):
    """A recording is longer than one slide may be."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            "speech.recording_length",
            "The recording is longer than %(minutes)s minutes. Divide the slide.",
            minutes=minutes,
        )


def encode_opus(samples: Samples, kilobits: int = DEFAULT_KILOBITS) -> bytes:
    """Return mono samples at ``SAMPLE_RATE`` as an Ogg/Opus file.

    The same samples always give the same bytes: the stream number, which the encoder draws at
    random, is set to one. Decoding gives exactly as many samples as went in.

    Args:
        samples: the sound.
        kilobits: kilobits a second, from ``MIN_KILOBITS`` to ``MAX_KILOBITS``.
    """
    if not MIN_KILOBITS <= kilobits <= MAX_KILOBITS:
        raise ValueError(f"{kilobits} kbit/s is out of range")
    # libsndfile maps its 0 to 1 compression level to 256 down to 6 kbit/s a channel.
    file = _written(samples, "OGG", "OPUS", 1 - (kilobits - 6) / 250)
    return _with_fixed_serial(file)


def encode_flac(samples: Samples) -> bytes:
    """Return mono samples at ``SAMPLE_RATE`` as a FLAC file of 16 bits."""
    return _written(samples, "FLAC", "PCM_16", 0.5)


def decode(content: bytes, max_seconds: float = 1800.0) -> tuple[Samples, int]:
    """Return a sound file's samples, channels mixed to one, and their rate.

    Args:
        content: a WAV, MP3, Ogg or FLAC file; anything else libsndfile knows is refused.
        max_seconds: what is longer is refused before it is read.

    Raises:
        UnreadableAudioError: it is not such a file, or it is empty or broken.
        TooLongAudioError: it is longer than ``max_seconds``.
    """
    import soundfile  # noqa: PLC0415 - web processes must not load it

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            if file.format not in {"WAV", "WAVEX", "OGG", "FLAC", "MP3", "MPEG"}:
                raise UnreadableAudioError
            if file.frames > max_seconds * file.samplerate:
                raise TooLongAudioError(round(max_seconds / 60))
            samples = file.read(dtype="float32", always_2d=True)
            rate = int(file.samplerate)
    except soundfile.SoundFileError as error:
        raise UnreadableAudioError from error
    if not len(samples):
        raise UnreadableAudioError
    mono: Samples = samples.mean(axis=1, dtype="float32")
    return mono, rate


def _written(samples: Samples, container: str, subtype: str, compression: float) -> bytes:
    import soundfile  # noqa: PLC0415 - web processes must not load it

    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer,
        "w",
        SAMPLE_RATE,
        1,
        subtype,
        format=container,
        compression_level=compression,
    ) as file:
        # The encoders of libsndfile keep a whole call on the stack, so a second at a time.
        for start in range(0, len(samples), SAMPLE_RATE):
            file.write(samples[start : start + SAMPLE_RATE])
    return buffer.getvalue()


def _with_fixed_serial(file: bytes) -> bytes:
    """Return an Ogg file with stream number 1 in every page and the checksums that go with it."""
    content = bytearray(file)
    position = 0
    while position < len(content):
        segments = content[position + _PAGE_HEADER - 1]
        table = position + _PAGE_HEADER
        end = table + segments + sum(content[table : table + segments])
        page = content[position:end]
        page[_SERIAL] = (1).to_bytes(4, "little")
        page[_CHECKSUM] = bytes(4)
        page[_CHECKSUM] = _checksum(page).to_bytes(4, "little")
        content[position:end] = page
        position = end
    return bytes(content)


def _checksum(page: bytearray) -> int:
    """Return the checksum of an Ogg page: CRC-32 without reflection, starting from zero."""
    table = _checksum_table()
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ table[value >> 24 ^ byte]
    return value


@lru_cache(maxsize=1)
def _checksum_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ (_CHECKSUM_POLYNOMIAL if value >> 31 else 0)) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)
