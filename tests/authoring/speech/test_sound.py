"""Files, loudness and recordings."""

import io
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.authoring.speech import encode, opus
from lms.authoring.speech.clips import MemoryClips
from lms.authoring.speech.encode import (
    SAMPLE_RATE,
    TooLongAudioError,
    UnreadableAudioError,
    decode,
    encode_flac,
    encode_opus,
    encode_packets,
)
from lms.authoring.speech.levels import CEILING, TARGET_LUFS, level, limit, loudness, resample
from lms.authoring.speech.narrate import narrate
from lms.authoring.speech.ogg import CLOCK, PACKET_TICKS, file_of, packets_of
from lms.authoring.speech.recorded import narrate_recording
from lms.catalog.script import parse_script


@pytest.fixture(params=["the machine's", "soundfile's"])
def encoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both Opus encoders: set-up installs the first, and not every machine has it."""
    if request.param == "soundfile's":
        monkeypatch.setattr(opus, "is_available", lambda: False)
    else:
        assert opus.is_available()
    encode.silent_packet.cache_clear()
    return str(request.param)


def tone(seconds: float, rate: int = SAMPLE_RATE, hertz: float = 440.0) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def as_file(samples: np.ndarray, rate: int, name: str, subtype: str | None = None) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=name, subtype=subtype)
    return buffer.getvalue()


def test_the_same_sound_gives_the_same_opus_file(encoder: str) -> None:
    sound = tone(1.3)
    file = encode_opus(sound)
    assert file == encode_opus(sound)
    samples, rate = decode(file)
    assert (len(samples), rate) == (len(sound), SAMPLE_RATE)
    assert abs(samples - sound).max() < 0.2


def test_other_programs_find_no_fault_in_the_file(tmp_path: Path, encoder: str) -> None:
    path = tmp_path / "sound.ogg"
    path.write_bytes(encode_opus(tone(3.0)))
    command = ["ffmpeg", "-v", "warning", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")


def test_packets_survive_the_container(encoder: str) -> None:
    encoded = encode_packets(tone(2.7))
    file = file_of(encoded.head, encoded.packets, 2 * CLOCK)
    assert packets_of(file) == (encoded.head, list(encoded.packets))
    assert len(decode(file)[0]) == 2 * SAMPLE_RATE
    long = [encoded.packets[0], bytes(255), bytes(600), encoded.packets[1]]
    assert packets_of(file_of(encoded.head, long, 2 * PACKET_TICKS))[1] == long
    with pytest.raises(ValueError, match="hold"):
        file_of(encoded.head, encoded.packets, 3 * CLOCK)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_anything_else_is_no_opus_file(content: bytes, marked: bool) -> None:  # noqa: FBT001
    with pytest.raises(ValueError, match="not an"):
        packets_of(b"OggS" + content if marked else content)


def test_speech_takes_little_more_than_a_hundred_kilobytes_a_minute(encoder: str) -> None:
    script = parse_script("私たちの職場には、住民の大切な情報が集まっています。")
    narration = narrate(script, voice="openjtalk/mei", clips=MemoryClips())
    assert 60 < len(narration.audio) / 1024 / narration.duration * 60 < 170


def test_bit_rates_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="kbit"):
        encode_opus(tone(0.1), 8)


@pytest.mark.parametrize(
    ("name", "subtype"),
    [("WAV", None), ("FLAC", None), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None)],
)
def test_uploads_are_read(name: str, subtype: str | None) -> None:
    stereo = np.stack([tone(0.5, 48_000), tone(0.5, 48_000)], axis=1)
    samples, rate = decode(as_file(stereo, 48_000, name, subtype))
    assert samples.ndim == 1
    assert len(samples) / rate == pytest.approx(0.5, abs=0.05)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"RIFF\x24\0\0\0WAVEfmt ", b"fLaC", b"OggS"]))
def test_anything_else_is_refused(content: bytes, magic: bytes) -> None:
    with pytest.raises(UnreadableAudioError):
        decode(magic + content)


def test_other_formats_and_broken_files_are_refused() -> None:
    good = as_file(tone(0.5), SAMPLE_RATE, "AIFF")
    for content in (good, b"", as_file(tone(0.0), SAMPLE_RATE, "WAV")):
        with pytest.raises(UnreadableAudioError):
            decode(content)


def test_recordings_have_a_longest_length() -> None:
    with pytest.raises(TooLongAudioError):
        decode(encode_flac(tone(2.0)), max_seconds=1.9)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_another_sample_rate_keeps_the_sound(rate: int) -> None:
    converted = resample(tone(11.5, rate), rate, SAMPLE_RATE)
    assert len(converted) == round(11.5 * SAMPLE_RATE)
    middle = slice(SAMPLE_RATE // 4, -SAMPLE_RATE // 4)
    assert abs(converted - tone(11.5))[middle].max() < 0.01


def test_loudness_agrees_with_ffmpeg(tmp_path: Path) -> None:
    script = parse_script("私たちの職場には、住民の大切な情報が集まっています。\nそうですね。")
    samples, rate = decode(narrate(script, voice="openjtalk/mei", clips=MemoryClips()).audio)
    path = tmp_path / "sound.wav"
    path.write_bytes(as_file(samples, rate, "WAV", "FLOAT"))
    command = ["ffmpeg", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    summary = done.stderr.rpartition("Summary:")[2]
    integrated = float(re.findall(r"I:\s+(-[\d.]+) LUFS", summary)[0])
    peak = float(re.findall(r"Peak:\s+(-[\d.]+) dBFS", summary)[0])
    assert loudness(samples, rate) == pytest.approx(integrated, abs=0.2)
    assert integrated == pytest.approx(TARGET_LUFS, abs=1.5)
    assert peak < -0.5


def test_quiet_and_loud_speech_come_out_alike() -> None:
    sound = tone(2.0)
    for gain in (0.02, 1.0, 2.5):
        assert loudness(level(sound * gain, SAMPLE_RATE), SAMPLE_RATE) == pytest.approx(
            TARGET_LUFS, abs=0.5
        )
    silence = np.zeros(SAMPLE_RATE, np.float32)
    assert not level(silence, SAMPLE_RATE).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5_000), st.floats(1.0, 30.0), st.integers(0, 4_999))
def test_no_peak_passes_the_ceiling(length: int, height: float, place: int) -> None:
    sound = np.full(length, 0.2, np.float32)
    sound[place % length] = height
    limited = limit(sound, SAMPLE_RATE)
    assert len(limited) == length
    assert abs(limited).max() <= CEILING + 1e-6
    far = np.abs(np.arange(length) - place % length) > SAMPLE_RATE // 50
    assert np.allclose(limited[far], 0.2, atol=1e-5)


def test_a_recording_becomes_the_narration() -> None:
    pause = np.zeros(round(0.6 * SAMPLE_RATE), np.float32)
    sound = np.concatenate([pause, tone(3.0), pause, tone(1.0), pause])
    script = parse_script("一つ目の長い文です、住民の情報を守ります。\n二つ目も守ります。")
    narration = narrate_recording(script, as_file(sound, SAMPLE_RATE, "MP3"))
    samples, rate = decode(narration.audio)
    assert narration.media_type == encode.OGG_OPUS
    assert len(samples) == round(narration.duration * rate)
    first, second = narration.timeline.cues
    assert first.start == pytest.approx(0.6, abs=0.1)
    assert first.end == pytest.approx(3.6, abs=0.15)
    assert second.start == pytest.approx(4.2, abs=0.15)
    assert second.end == pytest.approx(5.2, abs=0.15)
    assert first.words[0][0] == first.start
    assert "".join(second.text[begin:end] for _, _, begin, end in second.words) == second.text


def test_a_recording_without_pauses_is_shared_out() -> None:
    script = parse_script("同じ長さの文です。\n同じ長さの文だ。")
    narration = narrate_recording(script, as_file(tone(4.0), SAMPLE_RATE, "WAV"))
    first, second = narration.timeline.cues
    assert (first.start, second.end) == (0.0, 4.0)
    assert first.end == second.start == pytest.approx(2.0, abs=0.3)


def test_a_recording_of_nothing_and_a_slide_without_script() -> None:
    silence = as_file(np.zeros(SAMPLE_RATE), SAMPLE_RATE, "WAV")
    assert narrate_recording(parse_script("文です。"), silence).timeline.cues[0].end == 1.0
    assert narrate_recording(parse_script(""), silence).timeline.cues == ()
