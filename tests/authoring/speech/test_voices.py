"""What every installed voice must do, whichever engines this machine has."""

import itertools

import numpy as np
import pytest

from lms.authoring.speech.clips import MemoryClips
from lms.authoring.speech.encode import decode
from lms.authoring.speech.levels import TARGET_LUFS, loudness, resample
from lms.authoring.speech.narrate import narrate
from lms.authoring.speech.provider import available_voices, get_provider
from lms.catalog.script import parse_script

VOICES = [voice.id for voice in available_voices("ja")]
SCRIPT = "{御所市|ごせし}のDXは、2026年4月に始まります。[[pause 500ms]]\n「はい」と答えました。"


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_keeps_time(voice: str) -> None:
    narration = narrate(parse_script(SCRIPT), voice=voice, clips=MemoryClips())
    samples, rate = decode(narration.audio)
    assert len(samples) == round(narration.duration * rate)
    first, second = narration.timeline.cues
    assert second.start - first.end == pytest.approx(0.5, abs=0.011)
    for cue in narration.timeline.cues:
        assert "".join(cue.text[begin:end] for _, _, begin, end in cue.words) == cue.text
        times = [time for word in cue.words for time in word[:2]]
        assert times == sorted(times)
        assert cue.start <= times[0] < times[-1] <= cue.end + 1e-9
    shapes = [shape for _, shape in narration.timeline.mouth]
    assert set(shapes) <= set("aiueonm-")
    assert all(before != after for before, after in itertools.pairwise(shapes))


@pytest.mark.parametrize("voice", [voice for voice in VOICES if voice != "silent"])
def test_voices_are_equally_loud_and_stop_when_they_have_spoken(voice: str) -> None:
    provider = get_provider(voice)
    (sentence,) = parse_script("私たちの職場には、住民の大切な情報が集まっています。").sentences
    speech = provider.synth(sentence, voice, ())
    samples = resample(speech.samples, speech.sample_rate, 24_000)
    assert loudness(samples, 24_000) == pytest.approx(TARGET_LUFS, abs=2.5)
    audible = np.flatnonzero(np.abs(samples) > 0.01)
    assert audible[0] < 0.15 * 24_000
    assert len(samples) - audible[-1] < 0.2 * 24_000


@pytest.mark.parametrize("voice", VOICES)
def test_speed_changes_the_length(voice: str) -> None:
    plain = narrate(parse_script("これは普通の文です。"), voice=voice, clips=MemoryClips())
    fast = narrate(
        parse_script("[[rate 1.5]]これは普通の文です。"), voice=voice, clips=MemoryClips()
    )
    own, quick = (item.timeline.cues[0].end for item in (plain, fast))
    assert 1.2 < own / quick < 1.8


@pytest.mark.parametrize("voice", VOICES)
def test_a_run_of_one_vowel_never_becomes_noise(voice: str) -> None:
    (sentence,) = parse_script("あ" * 60).sentences
    samples = get_provider(voice).synth(sentence, voice, ()).samples
    assert len(samples) > 0
    assert np.abs(samples).max() < 5


@pytest.mark.parametrize("voice", VOICES)
def test_a_very_long_sentence_is_spoken_whole(voice: str) -> None:
    text = "、".join(["会計年度任用職員も対象です"] * 8)
    narration = narrate(parse_script(text), voice=voice, clips=MemoryClips())
    words = narration.timeline.cues[0].words
    assert words[-1][3] == len(text)
    assert words[-1][1] > 0.9 * narration.timeline.cues[0].end
