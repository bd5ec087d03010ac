"""The narration of a slide: its sentences spoken, joined, levelled, encoded and timed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.authoring.speech import encode
from lms.authoring.speech.clips import pack, unpack
from lms.authoring.speech.levels import level
from lms.authoring.speech.moras import mouth_events
from lms.authoring.speech.provider import SILENT_VOICE, get_provider
from lms.catalog.script import sentence_key
from lms.player.timeline import Cue, Timeline, shift

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lms.authoring.speech.clips import ClipStore
    from lms.authoring.speech.provider import Samples, Speech, SpeechProvider
    from lms.catalog.script import Script, Sentence
    from lms.catalog.source import ReadingEntry


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
    import numpy as np  # noqa: PLC0415 - web processes must not load it

    provider = get_provider(voice)
    if not script.sentences:
        return Narration(b"", encode.OGG_OPUS, 0.0, Timeline())
    pieces: list[Samples] = []
    cues: list[Cue] = []
    mouth: list[tuple[float, str]] = []
    position = reused = 0
    for done, sentence in enumerate(script.sentences, 1):
        speech, was_kept = _spoken(provider, sentence, voice, readings, clips)
        reused += was_kept
        before = _samples_of(sentence.pause_before_ms)
        after = _samples_of(sentence.pause_after_ms)
        pieces += [np.zeros(before, np.float32), speech.samples, np.zeros(after, np.float32)]
        length = len(speech.samples) / encode.SAMPLE_RATE
        cue = Cue(0.0, length, sentence.display, speech.words)
        timeline = Timeline(length, (cue,), mouth_events(speech.phones))
        moved = shift(timeline, (position + before) / encode.SAMPLE_RATE)
        cues.extend(moved.cues)
        mouth.extend(moved.mouth)
        position += before + len(speech.samples) + after
        if on_progress is not None:
            on_progress(done, len(script.sentences))
    samples = level(np.concatenate(pieces), encode.SAMPLE_RATE)
    duration = position / encode.SAMPLE_RATE
    # Digital silence as Opus costs more than speech does, and as FLAC next to nothing.
    silent = voice == SILENT_VOICE
    audio = encode.encode_flac(samples) if silent else encode.encode_opus(samples, kilobits)
    return Narration(
        audio,
        encode.FLAC if silent else encode.OGG_OPUS,
        duration,
        Timeline(duration, tuple(cues), tuple(mouth)),
        reused,
        len(script.sentences) - reused,
    )


def _spoken(
    provider: SpeechProvider,
    sentence: Sentence,
    voice: str,
    readings: Sequence[ReadingEntry],
    clips: ClipStore,
) -> tuple[Speech, bool]:
    """Return a sentence at the common sample rate, and whether it had been kept.

    A fresh sentence goes through its clip too, so that both ways give the same sound.
    """
    key = sentence_key(sentence, voice, provider.fingerprint(sentence, readings))
    clip = clips.get(key)
    if clip is not None:
        try:
            return unpack(clip), True
        except ValueError:
            # A damaged clip is made again; the store may keep either.
            pass
    clip = pack(provider.synth(sentence, voice, readings))
    clips.put(key, clip)
    return unpack(clip), False


def _samples_of(milliseconds: int) -> int:
    return milliseconds * encode.SAMPLE_RATE // 1000
