"""Spoken sentences that are kept, so that a sentence is never synthesised twice.

A clip holds a sentence's Opus packets and its timing. Packets of clips are put one after another
to make the sound of a slide, so a sentence is encoded once, too. Where clips are kept is the
business of a :class:`ClipStore`; two are here, storage brings another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from lms.authoring.speech.encode import PACKET_SAMPLES, SAMPLE_RATE, encode_packets
from lms.authoring.speech.levels import limit, resample
from lms.authoring.speech.provider import Phone
from lms.player.timeline import Word

if TYPE_CHECKING:
    from pathlib import Path

    from lms.authoring.speech.provider import Speech

_MAGIC = b"LMSCLIP2"
_LENGTH = slice(8, 12)
_CONTENT = 12


class ClipStore(Protocol):
    """Where spoken sentences are kept. ``put`` of a key that is there may do nothing."""

    def get(self, key: str) -> bytes | None:
        """Return what was put under the key, or nothing."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Keep content under a key of hexadecimal digits."""
        ...


class MemoryClips:
    """Clips kept in a dictionary, for tests and previews."""

    def __init__(self) -> None:
        self.clips: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.clips.get(key)

    def put(self, key: str, content: bytes) -> None:
        self.clips[key] = content


class FolderClips:
    """Clips kept as files of one folder; several processes may use it at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, content: bytes) -> None:
        """Write beside the place and rename, so that nobody ever reads half a clip."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{key}.{uuid4().hex}")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


@dataclass(frozen=True, slots=True)
class Clip:
    """A spoken sentence, ready to be joined to others.

    ``samples`` is its length at ``SAMPLE_RATE``; the packets are a little longer. There are no
    packets if it is silent. Times are seconds from its beginning.
    """

    samples: int
    head: bytes
    packets: tuple[bytes, ...]
    words: tuple[Word, ...]
    phones: tuple[Phone, ...]

    @property
    def packet_count(self) -> int:
        """How many packets' time it takes; the packet with the encoder's delay is among them."""
        return len(self.packets) or -(-self.samples // PACKET_SAMPLES)


def make_clip(speech: Speech, kilobits: int) -> Clip:
    """Return a spoken sentence with its peaks limited, encoded at so many kilobits a second."""
    sound = limit(resample(speech.samples, speech.sample_rate, SAMPLE_RATE), SAMPLE_RATE)
    if not sound.any():
        # Digital silence takes longer to encode than speech does.
        return Clip(len(sound), b"", (), speech.words, speech.phones)
    encoded = encode_packets(sound, kilobits)
    return Clip(len(sound), encoded.head, encoded.packets, speech.words, speech.phones)


def pack(clip: Clip) -> bytes:
    """Return a clip as bytes. Times are kept in samples, so that nothing is rounded twice."""
    header = {
        "samples": clip.samples,
        "sizes": [len(clip.head), *map(len, clip.packets)],
        "words": [[_ticks(a), _ticks(b), first, last] for a, b, first, last in clip.words],
        "phones": [[_ticks(a), _ticks(b), name] for a, b, name in clip.phones],
    }
    encoded = json.dumps(header, separators=(",", ":")).encode()
    length = len(encoded).to_bytes(4, "big")
    return b"".join([_MAGIC, length, encoded, clip.head, *clip.packets])


def unpack(content: bytes) -> Clip:
    """Return the clip that was packed.

    Raises:
        ValueError: it is not a clip, or it is damaged.
    """
    if content[: len(_MAGIC)] != _MAGIC:
        raise ValueError("not a clip")
    start = _CONTENT + int.from_bytes(content[_LENGTH], "big")
    try:
        header = json.loads(content[_CONTENT:start])
        ends = list(accumulate(header["sizes"], initial=start))
        head, *packets = (content[first:last] for first, last in pairwise(ends))
        words = tuple(
            (a / SAMPLE_RATE, b / SAMPLE_RATE, first, last) for a, b, first, last in header["words"]
        )
        phones = tuple((a / SAMPLE_RATE, b / SAMPLE_RATE, name) for a, b, name in header["phones"])
        clip = Clip(int(header["samples"]), head, tuple(packets), words, phones)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError("a damaged clip") from error
    if ends[-1] != len(content):
        raise ValueError("a clip of another length")
    return clip


def _ticks(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)
