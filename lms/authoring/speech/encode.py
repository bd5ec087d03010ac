"""Sound files in and out: Ogg/Opus for learners, FLAC for silence, uploads decoded.

Opus comes from the machine's own encoder where it has one (``opus``), else from soundfile's, which
is slower and sounds the same. The only module that imports soundfile (BSD; its wheel carries
libsndfile, LGPL). Formats: Ogg RFC 3533, Opus in Ogg RFC 7845, FLAC RFC 9639.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lms.authoring.speech import opus
from lms.authoring.speech.ogg import CLOCK, PACKET_TICKS, file_of, packets_of
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

PACKET_SAMPLES = SAMPLE_RATE * PACKET_TICKS // CLOCK
"""Samples of a packet of 20 ms."""


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


@dataclass(frozen=True, slots=True)
class Encoded:
    """Sound as Opus: an identification header and packets of 20 ms.

    The last packet holds the encoder's delay, so that one packet less is heard than is there.
    """

    head: bytes
    packets: tuple[bytes, ...]


def encode_packets(samples: Samples, kilobits: int = DEFAULT_KILOBITS) -> Encoded:
    """Return mono samples at ``SAMPLE_RATE`` as Opus packets, filled up with silence.

    Packets of several sounds may follow one another: a sentence begins and ends in silence, and
    there a decoder that heard something else before gives the same sound within -50 dB.

    Args:
        samples: the sound.
        kilobits: kilobits a second, from ``MIN_KILOBITS`` to ``MAX_KILOBITS``.

    Raises:
        ValueError: the bit rate is out of range.
    """
    import numpy as np  # noqa: PLC0415 - web processes must not load it

    if not MIN_KILOBITS <= kilobits <= MAX_KILOBITS:
        raise ValueError(f"{kilobits} kbit/s is out of range")
    count = -(-len(samples) // PACKET_SAMPLES) + 1
    filled = np.pad(samples, (0, count * PACKET_SAMPLES - len(samples)))
    if opus.is_available():
        head, packets = opus.encode(
            filled.astype(np.float32),
            rate=SAMPLE_RATE,
            packet_samples=PACKET_SAMPLES,
            kilobits=kilobits,
        )
        return Encoded(head, tuple(packets))
    # libsndfile maps its 0 to 1 compression level to 256 down to 6 kbit/s a channel.
    head, packets = packets_of(_written(filled, "OGG", "OPUS", 1 - (kilobits - 6) / 250))
    return Encoded(head, tuple(packets[:count]))


@lru_cache(maxsize=4)
def silent_packet(kilobits: int = DEFAULT_KILOBITS) -> bytes:
    """Return a packet of silence as it comes after other silence."""
    import numpy as np  # noqa: PLC0415 - web processes must not load it

    return encode_packets(np.zeros(SAMPLE_RATE, np.float32), kilobits).packets[-2]


def encode_opus(samples: Samples, kilobits: int = DEFAULT_KILOBITS) -> bytes:
    """Return mono samples at ``SAMPLE_RATE`` as an Ogg/Opus file.

    The same samples always give the same bytes, and decoding gives exactly as many samples as
    went in. Arguments and errors are those of :func:`encode_packets`.
    """
    encoded = encode_packets(samples, kilobits)
    return file_of(encoded.head, encoded.packets, len(samples) * CLOCK // SAMPLE_RATE)


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
