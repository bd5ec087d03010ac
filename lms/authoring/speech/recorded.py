"""A recording in the place of synthetic speech: levelled, encoded, and timed by estimate."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lms.authoring.speech import encode
from lms.authoring.speech.levels import level, resample
from lms.authoring.speech.narrate import Narration
from lms.player.timeline import Cue, Timeline, estimated_seconds, silent_timeline, spread

if TYPE_CHECKING:
    from lms.authoring.speech.provider import Samples
    from lms.catalog.script import Script

MAX_SECONDS = 1800.0
"""Half an hour: no slide should speak that long, but a recorded lecture may."""

_FRAME_SECONDS = 0.02
_GATE = 10 ** (-35 / 20)
_SHORTEST_PAUSE = 0.25


def narrate_recording(
    script: Script, content: bytes, *, kilobits: int = encode.DEFAULT_KILOBITS
) -> Narration:
    """Return a recording as the narration of a slide.

    When a sentence is spoken is estimated from its length, and moved to the pause in the
    recording that is nearest.

    Args:
        script: what is said in the recording; its pauses and speeds are not used.
        content: a WAV, MP3, Ogg or FLAC file of at most ``MAX_SECONDS``.
        kilobits: kilobits a second of the Opus file.

    Raises:
        UnreadableAudioError: the file is not such a sound file.
        TooLongAudioError: it is too long.
    """
    recorded, rate = encode.decode(content, MAX_SECONDS)
    samples = level(resample(recorded, rate, encode.SAMPLE_RATE), encode.SAMPLE_RATE)
    duration = len(samples) / encode.SAMPLE_RATE
    timeline = Timeline(duration, _cues(script, samples, duration))
    return Narration(encode.encode_opus(samples, kilobits), encode.OGG_OPUS, duration, timeline)


def _cues(script: Script, samples: Samples, duration: float) -> tuple[Cue, ...]:
    """Share the recording out over the sentences."""
    if not script.sentences:
        return ()
    pauses = _pauses(samples)
    begin = pauses[0][1] if pauses and pauses[0][0] == 0 else 0.0
    finish = pauses[-1][0] if pauses and pauses[-1][1] >= duration else duration
    if finish <= begin:
        begin, finish = 0.0, duration
    inner = [(start, end) for start, end in pauses if begin < start and end < finish]
    weights = [estimated_seconds(sentence) for sentence in script.sentences]
    ordinary = silent_timeline(script).duration / len(weights)
    total = sum(weights)
    cues: list[Cue] = []
    start, passed = begin, 0.0
    for sentence, weight in zip(script.sentences, weights, strict=True):
        passed += weight
        expected = begin + (finish - begin) * passed / total
        is_last = len(cues) + 1 == len(weights)
        end, following = (finish, finish) if is_last else (expected, expected)
        near = [pause for pause in inner if pause[0] > start]
        if near and not is_last:
            nearest = min(near, key=lambda pause: abs(pause[0] - expected))
            if abs(nearest[0] - expected) <= ordinary / 3:
                end, following = nearest
        text = sentence.display
        cues.append(Cue(start, end, text, spread(text, start, end)))
        start = following
    return tuple(cues)


def _pauses(samples: Samples) -> list[tuple[float, float]]:
    """Return where the recording is quiet for a while: start and end in seconds.

    Quiet is 35 dB below the loudest frame.
    """
    import numpy as np  # noqa: PLC0415 - web processes must not load it

    frame = round(_FRAME_SECONDS * encode.SAMPLE_RATE)
    count = len(samples) // frame
    if not count:
        return []
    power = np.sqrt((samples[: count * frame].reshape(count, frame) ** 2).mean(axis=1))
    quiet = power < max(float(power.max()) * _GATE, 1e-5)
    pauses: list[tuple[float, float]] = []
    position = 0
    for is_quiet, run in groupby(quiet.tolist()):
        length = len(list(run))
        start, end = position * _FRAME_SECONDS, (position + length) * _FRAME_SECONDS
        position += length
        at_edge = start == 0 or position == count
        if is_quiet and (at_edge or end - start >= _SHORTEST_PAUSE):
            last = len(samples) / encode.SAMPLE_RATE
            pauses.append((start, last if position == count else end))
    return pauses
