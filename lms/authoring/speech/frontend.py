"""Japanese text analysis: words, readings and the labels an HTS voice is driven with.

The only module that imports pyopenjtalk (MIT; Open JTalk, Modified BSD). Two traps of that package
are avoided here: its global instance locks up when a dictionary is exchanged inside a callback,
so every dictionary gets an instance of its own; and its dictionary compiler writes a progress
bar to the process's standard output.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import tempfile
import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.authoring.speech.dictionary import (
    dictionary_line,
    merged,
    municipal_entries,
)
from lms.authoring.speech.lexicon import folded, lexicon_of, with_placeholders
from lms.authoring.speech.moras import kana_of_phonemes
from lms.authoring.speech.provider import ReadingSource, Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from lms.catalog.script import Sentence
    from lms.catalog.source import ReadingEntry

REVISION = "2"
"""Raised when this module changes what is spoken, so that kept speech is made again."""

_QUOTES = frozenset("「」『』“”‘’")
_OPENING = frozenset("「『（(［【〈《〔“‘")
_PAUSES = frozenset({"pau", "sp", "sil", "unk"})
_ATTACHED_PARTS = frozenset({"助詞", "助動詞", "記号"})
_ATTACHED_GROUPS = frozenset({"接尾", "非自立"})

_compiler = threading.Lock()


@dataclass(frozen=True, slots=True)
class Analysis:
    """A sentence as the front end understood it.

    ``labels`` are HTS full-context labels, one per phoneme with silence at both ends; empty if
    nothing can be spoken.
    """

    tokens: tuple[Token, ...]
    labels: tuple[str, ...]


def is_installed() -> bool:
    """Tell whether the front end can be loaded, without loading it."""
    return find_spec("pyopenjtalk") is not None


def package_version() -> str:
    """Return the version of the front end and its dictionary.

    Two optional packages help it guess 何 and rare kanji, so their presence belongs to it.
    """
    try:
        return " ".join(
            [
                version("pyopenjtalk-plus"),
                *(name for name in ("onnxruntime", "sudachidict_core") if find_spec(name)),
            ]
        )
    except PackageNotFoundError:
        return ""


def package_folder() -> Path:
    """Return where the compiled engine and the bundled voice are, without loading them."""
    spec = find_spec("pyopenjtalk")
    if spec is None or spec.origin is None:
        raise RuntimeError("pyopenjtalk-plus is not installed")
    return Path(spec.origin).parent


def hts_engine(voice_file: Path) -> Any:  # noqa: ANN401 - the package has no usable type
    """Return a new synthesiser for a ``.htsvoice`` file; it belongs to one thread at a time."""
    return _package().htsengine.HTSEngine(os.fsencode(voice_file))


def relevant_entries(
    sentence: Sentence, readings: Sequence[ReadingEntry]
) -> tuple[ReadingEntry, ...]:
    """Return the dictionary entries whose text occurs in the sentence, in a stable order.

    Only these can change how it sounds, so a new entry makes only the sentences with that word
    be spoken again.
    """
    lexicon = lexicon_of(merged((municipal_entries(), readings)))
    normalise = _base().normalize_for_mecab
    plain = "\n".join(part.text for part in sentence.parts if not part.reading)
    spoken = normalise(plain)
    found = [entry for entry in lexicon.words if normalise(entry.surface) in spoken]
    if lexicon.pattern is not None:
        matches = lexicon.pattern.finditer(folded(plain))
        found += {lexicon.terms[match[0]][1] for match in matches if match[0] in lexicon.terms}
    return tuple(sorted(found, key=lambda entry: entry.surface))


def analyse(sentence: Sentence, readings: Sequence[ReadingEntry]) -> Analysis:
    """Return the words and labels of a sentence.

    Args:
        sentence: what to speak; readings in it are spoken as written.
        readings: entries on top of the municipal dictionary, later ones winning.
    """
    package = _package()
    entries = merged((municipal_entries(), readings))
    text, offsets, in_place = with_placeholders(sentence, lexicon_of(entries))
    jtalk = _jtalk(entries, in_place)
    features, morphs = package.run_frontend_detailed(
        text, use_sudachi_kanji_yomi=False, jtalk=jtalk
    )
    labels = package.make_label([node for node in features if node["string"] not in _QUOTES])
    spoken = len(labels) > 2  # noqa: PLR2004 - silence at both ends is no speech
    in_script = {surface for surface, _ in in_place}
    try:
        mapping = package.make_phoneme_mapping(
            features, morphs=morphs, caller_text=text, jtalk=jtalk
        )
        tokens = _tokens(mapping, offsets, in_script)
    except ValueError:
        # The package could not say which characters a word came from: treat it as one word.
        phonemes = [name for name in map(label_phoneme, labels) if name not in _PAUSES]
        kana = kana_of_phonemes(phonemes)
        last = len(sentence.display)
        tokens = (Token(0, last, kana, tuple(phonemes), ReadingSource.GUESS),)
    return Analysis(_without_gaps(tokens, len(sentence.display)), tuple(labels) if spoken else ())


def label_phoneme(label: str) -> str:
    """Return the phoneme in the middle of an HTS full-context label: ``a^k-i+t=a/A:…`` is ``i``."""
    return label.partition("-")[2].partition("+")[0]


def _without_gaps(tokens: Sequence[Token], length: int) -> tuple[Token, ...]:
    """Give every character of the text to one token."""
    ordered = sorted((token for token in tokens if token.first < token.last), key=_position)
    if not ordered:
        return (Token(0, length, "", (), ReadingSource.GUESS),)
    covered: list[Token] = []
    position = 0
    for index, token in enumerate(ordered):
        last = ordered[index + 1].first if index + 1 < len(ordered) else length
        covered.append(
            Token(
                position,
                max(last, token.last),
                token.kana,
                token.phonemes,
                token.source,
                token.attached,
            )
        )
        position = covered[-1].last
    return tuple(covered)


def _position(token: Token) -> tuple[int, int]:
    return token.first, token.last


def _tokens(
    mapping: Sequence[dict[str, Any]], offsets: Sequence[int], in_script: set[str]
) -> tuple[Token, ...]:
    """Turn the package's words into tokens, the parts of a number being one.

    2026 is spoken as five words, 二千二十六, of which 十 has no character of its own.
    """
    tokens: list[Token] = []
    for before, node in zip([None, *mapping], mapping, strict=False):
        token = _token(node, before, offsets, in_script)
        is_number = before is not None and node["pos_group1"] == before["pos_group1"] == "数"
        if tokens and (is_number or token.first >= token.last):
            last = tokens[-1]
            tokens[-1] = Token(
                last.first,
                max(last.last, token.last),
                last.kana + token.kana,
                last.phonemes + token.phonemes,
                last.source,
                last.attached,
            )
        else:
            tokens.append(token)
    return tuple(tokens)


def _token(
    node: dict[str, Any],
    before: dict[str, Any] | None,
    offsets: Sequence[int],
    in_script: set[str],
) -> Token:
    first, last = (offsets[offset] for offset in node["char_span"])
    phonemes = tuple(name for name in node["phonemes"] if name not in _PAUSES)
    # Sounds change in and behind numbers (三本 is サンボン), which dictionary readings do not say.
    counted = "数" in {node["pos_group1"], before["pos_group1"] if before else ""}
    as_read = not counted and _is_kana(node["read"])
    kana = node["read"] if as_read else kana_of_phonemes(phonemes)
    attached = node["surface"] not in _OPENING and (
        not phonemes or node["pos"] in _ATTACHED_PARTS or node["pos_group1"] in _ATTACHED_GROUPS
    )
    source = ReadingSource.DICTIONARY
    if not phonemes:
        # A letter that makes no sound is not a sign but a word nobody can read.
        unread = any(char.isalnum() for char in node["surface"])
        kana, source = "", ReadingSource.GUESS if unread else ReadingSource.SIGN
    elif node["surface"] in in_script:
        source = ReadingSource.SCRIPT
    elif node["user_dictionary_path"] is not None:
        source = ReadingSource.MUNICIPAL
    elif node["is_unknown"] or node["reading_source"] == "Rule":
        source = ReadingSource.GUESS
    return Token(first, last, kana, phonemes, source, attached)


def _is_kana(text: str) -> bool:
    return bool(text) and all("ァ" <= char <= "ヺ" or char == "ー" for char in text)


@lru_cache(maxsize=1)
def _package() -> ModuleType:
    # The package prints an advertisement for an optional part when it is imported.
    with contextlib.redirect_stdout(io.StringIO()):
        import pyopenjtalk  # noqa: PLC0415 - 0.5 s and 100 MB, only where speech is made
        import pyopenjtalk.htsengine  # noqa: PLC0415
        import pyopenjtalk.openjtalk  # noqa: PLC0415
    package: Any = pyopenjtalk
    if find_spec("sudachidict_core") is None:
        # Kanji in no dictionary would be looked up in Sudachi's, 193 MB that are left out here,
        # and its absence would stop the sentence. Without a text, Unihan's readings are taken.
        read_unknown = package.read_unknown_kanji

        def read_by_unihan(features: list[Any], _text: str | None) -> list[Any]:
            found: list[Any] = read_unknown(features, None)
            return found

        package.read_unknown_kanji = read_by_unihan
    return pyopenjtalk


@lru_cache(maxsize=1)
def _base() -> Any:  # noqa: ANN401 - the package has no usable type
    package = _package()
    return package.openjtalk.OpenJTalk(package.OPEN_JTALK_DICT_DIR)


@lru_cache(maxsize=8)
def _jtalk(
    entries: tuple[ReadingEntry, ...], in_place: tuple[tuple[str, ReadingEntry], ...]
) -> Any:  # noqa: ANN401 - the package has no usable type
    """Return an analyser with these words added to the engine's dictionary.

    Takes about 4 ms for 300 words. The compiled file is mapped into memory when it is loaded, so
    it need not stay on the disk.
    """
    package = _package()
    normalise = _base().normalize_for_mecab
    lexicon = lexicon_of(entries)
    plain = [(entry.surface, entry) for entry in lexicon.words]
    words = [*plain, *lexicon.terms.values(), *in_place]
    lines = [dictionary_line(normalise(surface), entry) for surface, entry in words]
    with tempfile.TemporaryDirectory(prefix="lms-readings-") as folder:
        source, target = Path(folder, "readings.csv"), Path(folder, "readings.dic")
        source.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        with _compiler, _quiet_stdout():
            status = package.openjtalk.mecab_dict_index(
                package.OPEN_JTALK_DICT_DIR, os.fsencode(source), os.fsencode(target)
            )
        if status != 0:
            raise RuntimeError(f"the reading dictionary could not be compiled (status {status})")
        return package.openjtalk.OpenJTalk(
            package.OPEN_JTALK_DICT_DIR,
            userdic=os.fsencode(target),
            userdic_reading_protection=(True,),
        )


@contextlib.contextmanager
def _quiet_stdout() -> Iterator[None]:
    """Send what C code prints to nowhere. Short: other threads' output is lost meanwhile."""
    libc = ctypes.CDLL(None)
    libc.fflush(None)
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
        libc.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(nowhere)
        os.close(kept)
