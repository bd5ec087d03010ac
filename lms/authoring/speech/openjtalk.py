"""Open JTalk: the Japanese voice that is always there, with exact timing and correctable accents.

Voices are HTS voices: "Mei" comes inside the pyopenjtalk-plus wheel; a male voice of the Nagoya
Institute of Technology is offered where its Debian package is installed.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.authoring.speech import frontend
from lms.authoring.speech.alignment import phones_of, words_of
from lms.authoring.speech.htstiming import HtsTiming
from lms.authoring.speech.provider import Speech, Token, Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.script import Sentence
    from lms.catalog.source import ReadingEntry

_FULL_SCALE = 32_768.0
_LEAD_SECONDS = 0.04
_TAIL_SECONDS = 0.08
_NOTHING_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _HtsVoice:
    """A voice file. ``half_tones`` makes a bright voice suit a formal text.

    ``gain`` in decibels brings it to the common loudness (measured over five sentences).
    """

    voice: Voice
    file: Path
    half_tones: float = 0.0
    gain: float = 0.0


_LOUDEST = 4.0
"""Speech stays below 2. On a long run of one vowel the engine's filter grows without end, and
what is cut off from that is noise at full volume in somebody's ears."""


class OpenJTalkProvider:
    """HTS synthesis of Japanese, about 0.04 seconds of processor time per second of speech."""

    id = "openjtalk"

    def __init__(self) -> None:
        self._local = threading.local()

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices whose files are on this machine."""
        return tuple(known.voice for known in _voice_files())

    def fingerprint(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> str:
        """Return the versions of engine and front end and the entries that concern it."""
        entries = frontend.relevant_entries(sentence, readings)
        words = [f"{entry.surface},{entry.kana},{entry.accent}" for entry in entries]
        content = "\n".join([frontend.REVISION, frontend.package_version(), *words])
        return hashlib.sha256(content.encode()).hexdigest()

    def plan(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> tuple[Token, ...]:
        """Return the words of a sentence with their readings."""
        return frontend.analyse(sentence, readings).tokens

    def synth(self, sentence: Sentence, voice: str, readings: Sequence[ReadingEntry]) -> Speech:
        """Speak a sentence.

        The silence at both ends is cut down to a few hundredths of a second, so that the pauses
        of the script are the pauses that are heard.
        """
        import numpy as np  # noqa: PLC0415 - web processes must not load it

        known = next(item for item in _voice_files() if item.voice.id == voice)
        analysis = frontend.analyse(sentence, readings)
        engine, timing = self._engines(known)
        rate = timing.sample_rate
        if not analysis.labels:
            count = round(_NOTHING_SECONDS * rate)
            words = words_of(analysis.tokens, (), count / rate)
            return Speech(np.zeros(count, np.float32), rate, words)
        engine.set_speed(sentence.rate)
        engine.add_half_tone(known.half_tones)
        scale = 10 ** (known.gain / 20) / _FULL_SCALE
        samples = engine.synthesize(list(analysis.labels)) * scale
        if not np.abs(samples).max(initial=0.0) < _LOUDEST:
            # Silence of the same length keeps captions and slides going.
            samples = np.zeros_like(samples)
        samples = samples.astype(np.float32)
        lengths = timing.samples_of(analysis.labels, sentence.rate)
        if sum(lengths) != len(samples):
            raise RuntimeError("the engine's timing does not fit its sound")
        frame = timing.frame_samples
        cut_lead = max(lengths[0] - round(_LEAD_SECONDS * rate / frame) * frame, 0)
        cut_tail = max(lengths[-1] - round(_TAIL_SECONDS * rate / frame) * frame, 0)
        lengths[0] -= cut_lead
        lengths[-1] -= cut_tail
        samples = samples[cut_lead : len(samples) - cut_tail]
        names = [frontend.label_phoneme(label) for label in analysis.labels]
        phones = phones_of(names, [length / rate for length in lengths])
        words = words_of(analysis.tokens, phones, len(samples) / rate)
        return Speech(samples, rate, words, phones)

    def _engines(self, known: _HtsVoice) -> tuple[Any, HtsTiming]:
        """Return this thread's synthesiser and duration model of a voice."""
        loaded: dict[Path, tuple[Any, HtsTiming]] = self._local.__dict__.setdefault("loaded", {})
        if known.file not in loaded:
            library = next(frontend.package_folder().glob("htsengine.*.so"))
            loaded[known.file] = (
                frontend.hts_engine(known.file),
                HtsTiming(library, known.file),
            )
        return loaded[known.file]


@lru_cache(maxsize=1)
def _voice_files() -> tuple[_HtsVoice, ...]:
    if not frontend.is_installed():
        return ()
    known = (
        _HtsVoice(
            Voice(
                "openjtalk/mei",
                "Mei",
                ("ja",),
                "female",
                "CC BY 3.0",
                "HTS Voice “Mei” © 2009–2013 Nagoya Institute of Technology, CC BY 3.0",
            ),
            frontend.package_folder() / "htsvoice" / "mei_normal.htsvoice",
            half_tones=-2.0,
            gain=-0.7,
        ),
        _HtsVoice(
            Voice(
                "openjtalk/m001",
                "NIT ATR503 M001",
                ("ja",),
                "male",
                "CC BY 3.0",
                "HTS Voice “NIT ATR503 M001” © 2003–2012 Nagoya Institute of Technology,"
                " 2003–2008 Tokyo Institute of Technology, CC BY 3.0",
            ),
            Path("/usr/share/hts-voice/nitech-jp-atr503-m001/nitech_jp_atr503_m001.htsvoice"),
        ),
    )
    return tuple(item for item in known if item.file.is_file())
