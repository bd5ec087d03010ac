"""Speech itself, with the engine that is always there: timing, cache, files."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.authoring.speech import encode
from lms.authoring.speech.alignment import phones_of, words_of
from lms.authoring.speech.clips import FolderClips, MemoryClips, make_clip, pack, unpack
from lms.authoring.speech.frontend import analyse, hts_engine, package_folder
from lms.authoring.speech.htstiming import HtsTiming
from lms.authoring.speech.narrate import narrate
from lms.authoring.speech.provider import (
    ReadingSource,
    Token,
    UnknownVoiceError,
    available_voices,
    get_provider,
)
from lms.catalog.script import parse_script
from lms.catalog.source import ReadingEntry
from lms.player.captions import to_vtt
from lms.player.timeline import from_json, to_json

SCRIPT = "DXとは何でしょうか。[[pause 600ms]]\n[[rate 1.2]]{御所市|ごせし}では、全職員が使います。"
VOICE = "openjtalk/mei"


def test_the_timeline_is_as_long_as_the_sound_to_the_sample() -> None:
    narration = narrate(parse_script(SCRIPT), voice=VOICE, clips=MemoryClips())
    with soundfile.SoundFile(io.BytesIO(narration.audio)) as file:
        assert (file.format, file.subtype, file.channels) == ("OGG", "OPUS", 1)
        assert file.samplerate == encode.SAMPLE_RATE
        assert file.frames == round(narration.duration * encode.SAMPLE_RATE)
    kept = from_json(to_json(narration.timeline))
    assert round(kept.duration * encode.SAMPLE_RATE) == file.frames
    assert narration.media_type == "audio/ogg"


def test_words_cover_the_caption_and_follow_one_another() -> None:
    timeline = narrate(parse_script(SCRIPT), voice=VOICE, clips=MemoryClips()).timeline
    first, second = timeline.cues
    assert (first.text, second.text) == ("DXとは何でしょうか。", "御所市では、全職員が使います。")
    assert second.start - first.end == pytest.approx(0.6, abs=0.011)
    for cue in timeline.cues:
        shown = "".join(cue.text[begin:end] for _, _, begin, end in cue.words)
        assert shown == cue.text
        times = [time for word in cue.words for time in word[:2]]
        assert times == sorted(times)
        assert cue.start < times[0] < times[-1] < cue.end
    assert [second.text[begin:end] for _, _, begin, end in second.words] == [
        "御所市では、",
        "全",
        "職員が",
        "使います。",
    ]
    assert {shape for _, shape in timeline.mouth} <= set("aiueonm-")
    assert to_vtt(timeline).count("-->") == 2


def test_a_changed_sentence_is_the_only_one_synthesised_again() -> None:
    clips = MemoryClips()
    first = narrate(parse_script(SCRIPT), voice=VOICE, clips=clips)
    again = narrate(parse_script(SCRIPT), voice=VOICE, clips=clips)
    changed = narrate(parse_script(f"{SCRIPT}\n以上です。"), voice=VOICE, clips=clips)
    assert (first.reused, first.synthesised) == (0, 2)
    assert (again.reused, again.synthesised) == (2, 0)
    assert (changed.reused, changed.synthesised) == (2, 1)
    assert again.audio == first.audio
    assert again.timeline == first.timeline


def test_sentences_joined_sound_as_they_do_alone() -> None:
    texts = ["DXとは何でしょうか。", "[[pause 300ms]]マスクを外して、よく見てください。"]
    whole = narrate(parse_script("\n".join(texts)), voice=VOICE, clips=MemoryClips())
    samples, rate = encode.decode(whole.audio)
    for text, cue in zip(texts, whole.timeline.cues, strict=True):
        alone = narrate(parse_script(text), voice=VOICE, clips=MemoryClips())
        expected, _ = encode.decode(alone.audio)
        (own,) = alone.timeline.cues
        there = samples[round(cue.start * rate) : round(cue.end * rate)]
        here = expected[round(own.start * rate) : round(own.end * rate)]
        assert len(there) == len(here)
        assert abs(there - here).max() < 0.01
        assert abs(here).max() > 0.3
        pause = samples[round((cue.end + 0.1) * rate) : round((cue.end + 0.2) * rate)]
        assert abs(pause).max() < 0.001


def test_a_new_reading_concerns_only_sentences_with_that_word() -> None:
    clips = MemoryClips()
    script = parse_script("庶務課です。\n税務課です。")
    narrate(script, voice=VOICE, clips=clips)
    readings = (ReadingEntry("庶務課", "しょむか", 0),)
    assert narrate(script, voice=VOICE, readings=readings, clips=clips).synthesised == 1


def test_a_damaged_clip_is_made_again() -> None:
    clips = MemoryClips()
    script = parse_script("以上です。")
    good = narrate(script, voice=VOICE, clips=clips)
    (key,) = clips.clips
    clips.clips[key] = clips.clips[key][:100]
    again = narrate(script, voice=VOICE, clips=clips)
    assert (again.audio, again.synthesised) == (good.audio, 1)


def test_progress_counts_sentences() -> None:
    seen: list[tuple[int, int]] = []
    narrate(
        parse_script("一。\n二。"),
        voice="silent",
        clips=MemoryClips(),
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 2), (2, 2)]


def test_the_silent_voice_takes_its_time() -> None:
    script = parse_script("[[pause 1000ms]]住民の大切な情報です。\nOne more sentence.")
    narration = narrate(script, voice="silent", clips=MemoryClips())
    samples, rate = encode.decode(narration.audio)
    assert narration.media_type == "audio/flac"
    assert len(samples) == round(narration.duration * rate)
    assert not samples.any()
    assert narration.timeline.cues[0].start == 1.0
    assert len(narration.timeline.cues) == 2


def test_a_script_without_sentences_makes_no_sound() -> None:
    narration = narrate(parse_script("……"), voice=VOICE, clips=MemoryClips())
    assert (narration.audio, narration.duration) == (b"", 0.0)


def test_signs_alone_are_a_short_silence() -> None:
    narration = narrate(parse_script("々"), voice=VOICE, clips=MemoryClips())
    assert narration.timeline.cues[0].words[0][2:] == (0, 1)


def test_voices_are_known_by_name() -> None:
    voices = available_voices("ja")
    assert voices[0].id == VOICE
    assert "CC BY 3.0" in voices[0].attribution
    assert voices[-1].id == "silent"
    assert [voice.id for voice in available_voices("en")] == ["silent"]
    for unknown in ("", "openjtalk", "openjtalk/none", "silent/x", "voicevox/1"):
        with pytest.raises(UnknownVoiceError):
            get_provider(unknown)


@pytest.mark.parametrize("rate", [0.5, 1.0, 1.3])
def test_the_engine_tells_its_lengths_to_the_sample(rate: float) -> None:
    voice = package_folder() / "htsvoice" / "mei_normal.htsvoice"
    timing = HtsTiming(next(package_folder().glob("htsengine.*.so")), voice)
    engine = hts_engine(voice)
    (sentence,) = parse_script("会計年度任用職員も、対象です。").sentences
    labels = analyse(sentence, ()).labels
    engine.set_speed(rate)
    assert sum(timing.samples_of(labels, rate)) == len(engine.synthesize(list(labels)))


def test_a_voice_that_cannot_be_loaded_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="cannot be loaded"):
        HtsTiming(next(package_folder().glob("htsengine.*.so")), tmp_path / "none.htsvoice")


def test_where_sounds_and_words_differ_time_is_shared() -> None:
    tokens = (
        Token(0, 1, "ア", ("a",), ReadingSource.GUESS),
        Token(1, 2, "", (), ReadingSource.SIGN, attached=True),
        Token(2, 4, "イウエ", ("i", "u", "e"), ReadingSource.GUESS),
    )
    phones = phones_of(["sil", "a", "i", "sil"], [1.0, 1.0, 3.0, 1.0])
    assert words_of(tokens, phones, 6.0) == ((1.0, 2.0, 0, 2), (2.0, 5.0, 2, 4))


def test_clips_keep_sound_and_timing(tmp_path: Path) -> None:
    (sentence,) = parse_script("以上です。").sentences
    speech = get_provider(VOICE).synth(sentence, VOICE, ())
    made = make_clip(speech, 16)
    clip = pack(made)
    assert unpack(clip).packets == made.packets
    assert made.samples * 2 == len(speech.samples)
    assert made.packet_count * 480 >= made.samples
    assert unpack(clip).words[0][0] == pytest.approx(speech.words[0][0], abs=1e-4)
    assert [word[2:] for word in unpack(clip).words] == [word[2:] for word in speech.words]
    store = FolderClips(tmp_path)
    assert store.get("ab12") is None
    store.put("ab12", clip)
    store.put("ab12", clip)
    assert store.get("ab12") == clip
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["ab12"]


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=80), st.booleans())
def test_anything_else_is_no_clip(content: bytes, marked: bool) -> None:  # noqa: FBT001
    with pytest.raises(ValueError, match="clip"):
        unpack(b"LMSCLIP2" + content if marked else content)


def test_web_processes_do_not_load_the_engines() -> None:
    program = (
        "import sys\n"
        "from lms.authoring.speech import narrate, recorded, provider\n"
        "provider.available_voices('ja')\n"
        "heavy = {'numpy', 'pyopenjtalk', 'soundfile', 'onnxruntime'} & set(sys.modules)\n"
        "sys.exit(' '.join(heavy) or 0)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")


def test_two_processes_speak_alike_and_print_nothing() -> None:
    program = (
        "import hashlib, sys, threading\n"
        "from lms.authoring.speech.clips import MemoryClips\n"
        "from lms.authoring.speech.narrate import narrate\n"
        "from lms.catalog.script import parse_script\n"
        f"script = parse_script({SCRIPT!r})\n"
        "made = []\n"
        "def work():\n"
        f"    made.append(narrate(script, voice={VOICE!r}, clips=MemoryClips()).audio)\n"
        "threads = [threading.Thread(target=work) for _ in range(2)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "sys.stderr.write(' '.join(hashlib.sha256(audio).hexdigest() for audio in made))\n"
    )
    command = [sys.executable, "-c", program]
    running = [
        subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=240) for process in running]
    assert [printed for printed, _ in answers] == ["", ""]
    sums = [each for _, made in answers for each in made.split()]
    assert len(sums) == 4
    assert len(set(sums)) == 1
