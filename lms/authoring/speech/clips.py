"""Spoken sentences that are kept, so that a sentence is never synthesised twice.

A clip is an Opus file of four times the delivered bit rate, with its timing in front of it: 0.5 MB
a minute where lossless sound would take 2 MB. Where clips are kept is the business of a
:class:`ClipStore`; two are here, storage brings another.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from lms.authoring.speech.encode import MAX_KILOBITS, SAMPLE_RATE, decode, encode_flac, encode_opus
from lms.authoring.speech.levels import resample
from lms.authoring.speech.provider import Speech
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from pathlib import Path

    from lms.authoring.speech.provider import Phone
    from lms.player.timeline import Word

_MAGIC = b"LMSCLIP1"
_LENGTH = slice(8, 12)
_CONTENT = 12
_SCALE = 0.8


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


def pack(speech: Speech) -> bytes:
    """Return a spoken sentence at ``SAMPLE_RATE`` as a clip.

    Synthesis may exceed full scale, which a file cannot hold; the sound is scaled to fit and the
    factor kept. Times are kept in samples, so that nothing is rounded twice.
    """
    samples = resample(speech.samples, speech.sample_rate, SAMPLE_RATE)
    peak = float(abs(samples).max()) if len(samples) else 0.0
    # Digital silence as Opus takes longer to encode than speech does.
    sound = encode_opus(samples / (peak / _SCALE), MAX_KILOBITS) if peak else encode_flac(samples)
    header = {
        "scale": peak / _SCALE if peak else 1.0,
        "words": [[_ticks(a), _ticks(b), first, last] for a, b, first, last in speech.words],
        "phones": [[_ticks(a), _ticks(b), name] for a, b, name in speech.phones],
    }
    encoded = json.dumps(header, separators=(",", ":")).encode()
    return _MAGIC + len(encoded).to_bytes(4, "big") + encoded + sound


def unpack(clip: bytes) -> Speech:
    """Return the spoken sentence of a clip.

    Raises:
        ValueError: it is not a clip, or it is damaged.
    """
    if clip[: len(_MAGIC)] != _MAGIC:
        raise ValueError("not a clip")
    end = _CONTENT + int.from_bytes(clip[_LENGTH], "big")
    try:
        header = json.loads(clip[_CONTENT:end])
        samples, rate = decode(clip[end:])
        words: tuple[Word, ...] = tuple(
            (a / SAMPLE_RATE, b / SAMPLE_RATE, first, last) for a, b, first, last in header["words"]
        )
        phones: tuple[Phone, ...] = tuple(
            (a / SAMPLE_RATE, b / SAMPLE_RATE, name) for a, b, name in header["phones"]
        )
        return Speech(samples * header["scale"], rate, words, phones)
    except (KeyError, TypeError, ValueError, DomainError) as error:
        raise ValueError("a damaged clip") from error


def _ticks(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)
