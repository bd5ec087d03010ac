"""The narration of a slide: its sentences spoken, joined and timed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.authoring.speech import encode
from lms.authoring.speech.clips import make_clip, pack, unpack
from lms.authoring.speech.moras import mouth_events
from lms.authoring.speech.ogg import PACKET_TICKS, file_of
from lms.authoring.speech.provider import get_provider
from lms.catalog.script import sentence_key
from lms.player.timeline import Cue, Timeline, shift

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lms.authoring.speech.clips import Clip, ClipStore
    from lms.authoring.speech.provider import SpeechProvider
    from lms.catalog.script import Script, Sentence
    from lms.catalog.source import ReadingEntry

_REVISION = "3"
"""Raised when clips are made in another way, so that kept ones are made again."""

_PACKET_MS = 1000 * encode.PACKET_SAMPLES // encode.SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Narration:
    """The sound of one slide.

    ``audio`` is a whole sound file of ``media_type``; empty if the script has no sentence.
    ``duration`` is in seconds, exactly that of the sound. ``reused`` and ``synthesised`` count
    sentences.
    """

    audio: bytes
    media_type: str
    duration: float
    timeline: Timeline
    reused: int = 0
    synthesised: int = 0


def narrate(
    script: Script,
    *,
    voice: str,
    readings: Sequence[ReadingEntry] = (),
    clips: ClipStore,
    on_progress: Callable[[int, int], None] | None = None,
    kilobits: int = encode.DEFAULT_KILOBITS,
) -> Narration:
    """Speak a script; only sentences that were never spoken like this are synthesised.

    Every sentence begins on a packet boundary, so pauses are right to 10 ms.

    Args:
        script: the parsed script of one slide.
        voice: id of an installed voice, such as ``openjtalk/mei``.
        readings: the tenant's entries, then the module's; later ones win.
        clips: where spoken sentences are kept.
        on_progress: called after each sentence with how many are done and how many there are.
        kilobits: kilobits a second of the Opus file.

    Raises:
        UnknownVoiceError: the voice is not installed.
    """
    provider = get_provider(voice)
    if not script.sentences:
        return Narration(b"", encode.OGG_OPUS, 0.0, Timeline())
    spoken: list[tuple[int, Clip]] = []
    cues: list[Cue] = []
    mouth: list[tuple[float, str]] = []
    position = reused = 0
    for done, sentence in enumerate(script.sentences, 1):
        clip, was_kept = _spoken(provider, sentence, voice, readings, clips, kilobits)
        reused += was_kept
        position += round(sentence.pause_before_ms / _PACKET_MS)
        seconds = clip.samples / encode.SAMPLE_RATE
        cue = Cue(0.0, seconds, sentence.display, clip.words)
        moved = shift(
            Timeline(seconds, (cue,), mouth_events(clip.phones)), position * _PACKET_MS / 1000
        )
        cues.extend(moved.cues)
        mouth.extend(moved.mouth)
        spoken.append((position, clip))
        wanted = clip.samples / encode.PACKET_SAMPLES + sentence.pause_after_ms / _PACKET_MS
        position += max(round(wanted), clip.packet_count)
        if on_progress is not None:
            on_progress(done, len(script.sentences))
    duration = position * _PACKET_MS / 1000
    audio, media_type = _joined(spoken, position, kilobits)
    return Narration(
        audio,
        media_type,
        duration,
        Timeline(duration, tuple(cues), tuple(mouth)),
        reused,
        len(script.sentences) - reused,
    )


def _joined(spoken: Sequence[tuple[int, Clip]], length: int, kilobits: int) -> tuple[bytes, str]:
    """Return clips put at their places as one sound file, and its media type.

    Args:
        spoken: clips with the packet they begin at.
        length: length of the whole in packets.
        kilobits: kilobits a second of the silence between.
    """
    heads = [clip.head for _, clip in spoken if clip.packets]
    if not heads:
        import numpy as np  # noqa: PLC0415 - web processes must not load it

        silence = np.zeros(length * encode.PACKET_SAMPLES, np.float32)
        return encode.encode_flac(silence), encode.FLAC
    # One packet more: the encoder's delay cuts off as much at the beginning.
    packets = [encode.silent_packet(kilobits)] * (length + 1)
    for start, clip in spoken:
        packets[start : start + len(clip.packets)] = clip.packets
    return file_of(heads[0], packets, length * PACKET_TICKS), encode.OGG_OPUS


def _spoken(
    provider: SpeechProvider,
    sentence: Sentence,
    voice: str,
    readings: Sequence[ReadingEntry],
    clips: ClipStore,
    kilobits: int,
) -> tuple[Clip, bool]:
    """Return the clip of a sentence, and whether it had been kept.

    A fresh one is packed and unpacked too, so that both ways give the same times.
    """
    fingerprint = provider.fingerprint(sentence, readings)
    key = sentence_key(sentence, voice, f"{_REVISION} {kilobits} {fingerprint}")
    kept = clips.get(key)
    if kept is not None:
        try:
            return unpack(kept), True
        except ValueError:
            # A damaged clip is made again; the store may keep either.
            pass
    content = pack(make_clip(provider.synth(sentence, voice, readings), kilobits))
    clips.put(key, content)
    return unpack(content), False
