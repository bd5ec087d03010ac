"""The narration script of one slide: parsed into sentences, with readings, pauses and speed.

The format is described for authors in ``courses/README.md``: one sentence a line, and the marks
``{表記|よみ}`` (reading for this place), ``[[pause 600ms]]`` and ``[[rate 0.9]]``. Everything here
is pure. A bad mark never stops the parser: it becomes a problem, and the text around it is spoken.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field

from lms.catalog.source import Problem

SENTENCE_PAUSE_MS = 350
"""Silence after a sentence that has no pause mark of its own (pipeline study, B5)."""

MAX_PAUSE_MS = 10_000
MIN_RATE = 0.5
MAX_RATE = 2.0

LONGEST_SENTENCE = 300
"""A text without an end is cut after so many characters: nobody follows it, no engine takes it."""

_LONGEST_READING = 100
_STOPS = "、，,;；:： 　"

_OPENING = "「『（(［【〈《〔“"
_CLOSING = "」』）)］】〉》〕”"
_PARTNER = dict(zip(_CLOSING, _OPENING, strict=True))
_ENDING = "。！？｡"
_ASCII_ENDING = "!?"

_MARK = re.compile(r"\[\[(?P<command>[^\[\]\n]*)\]\]")
_READING = re.compile(r"\{(?P<text>[^{}|\n]*)\|(?P<reading>[^{}|\n]*)\}")
_TOKEN = re.compile(rf"(?P<slot>\{{\{{[^{{}}\n]*\}}\}})|{_MARK.pattern}|{_READING.pattern}")
_PAUSE = re.compile(r"pause\s+(?P<ms>[0-9]{1,6})\s*ms", re.ASCII)
_RATE = re.compile(r"rate\s+(?P<rate>[0-9]{1,2}(?:\.[0-9]{1,3})?)", re.ASCII)
_KANA = re.compile(r"[ぁ-ゖァ-ヺー・ 　]*[ぁ-ゖァ-ヺ][ぁ-ゖァ-ヺー・ 　]*")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: ``text`` is shown, ``reading`` (kana, may be empty) is spoken."""

    text: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: the unit of captions and of the speech cache.

    ``pause_before_ms`` and ``pause_after_ms`` are the silence around it, defaults already put in.
    ``rate`` is the speed, 1.0 being the voice's own. ``line`` is its line in the script, from 1.
    """

    parts: tuple[Part, ...]
    pause_before_ms: int = 0
    pause_after_ms: int = SENTENCE_PAUSE_MS
    rate: float = 1.0
    line: int = 1

    @property
    def display(self) -> str:
        """The sentence as it is shown in captions."""
        return "".join(part.text for part in self.parts)

    @property
    def spoken(self) -> str:
        """The sentence with every given reading in the place of its text."""
        return "".join(part.reading or part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Script:
    """The narration of one slide. Lines of ``problems`` count from the script's first line."""

    sentences: tuple[Sentence, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Reader:
    """Collects sentences; ``offset`` positions become lines of the source text."""

    source: str
    sentences: list[Sentence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    start: int = 0
    rate: float = 1.0
    pause_before: int = 0

    def line(self, offset: int) -> int:
        return self.source.count("\n", 0, offset) + 1

    def report(self, offset: int, message: str, *, warning: bool = False, **values: str) -> None:
        problem = Problem("", self.line(offset), message, tuple(values.items()), warning)
        self.problems.append(problem)

    def add(self, offset: int, text: str, reading: str = "") -> None:
        if not self.parts:
            text = text.lstrip() if not reading else text
            self.start = offset
        if not text:
            return
        if self.parts and not reading and not self.parts[-1].reading:
            self.parts[-1] = Part(self.parts[-1].text + text)
        else:
            self.parts.append(Part(text, reading))

    def finish(self, pause_after: int = SENTENCE_PAUSE_MS) -> None:
        """Close the sentence that is being read, if there is one."""
        if self.parts and not self.parts[-1].reading:
            last = self.parts.pop().text.rstrip()
            if last:
                self.parts.append(Part(last))
        parts, self.parts = tuple(self.parts), []
        if not parts:
            return
        if not any(char.isalnum() for part in parts for char in part.reading or part.text):
            shown = "".join(part.text for part in parts)
            self.report(self.start, "“%(text)s” has no word to speak.", warning=True, text=shown)
            return
        line = self.line(self.start)
        sentence = Sentence(parts, self.pause_before, pause_after, self.rate, line)
        self.sentences.append(sentence)
        self.pause_before = 0

    def pause(self, milliseconds: int, *, marked: bool) -> None:
        """Put a pause mark where it stands: after the last sentence, or before the first."""
        if not self.sentences:
            self.pause_before = min(self.pause_before + milliseconds, MAX_PAUSE_MS)
            return
        last = self.sentences[-1]
        total = milliseconds + (last.pause_after_ms if marked else 0)
        self.sentences[-1] = Sentence(
            last.parts, last.pause_before_ms, min(total, MAX_PAUSE_MS), last.rate, last.line
        )


def parse_script(text: str) -> Script:
    """Return the sentences of a script and every problem found in its marks.

    A sentence ends after 。！？ and at the end of a line, except between brackets. Pause and speed
    marks end it too. A pause mark replaces the ordinary pause; several marks add up. A speed
    mark counts until the end of the script. Never raises, whatever the text is.

    Args:
        text: the body of a ``::: script`` block.
    """
    source = _CONTROL.sub(" ", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))
    reader = _Reader(source)
    ends = _sentence_ends(source)
    position = 0
    marked = False
    for token in _TOKEN.finditer(source):
        if _read_text(reader, position, token.start(), ends):
            marked = False
        position = token.end()
        if token["command"] is None:
            _read_reading(reader, token)
            if position in ends:
                reader.finish()
            marked = False
            continue
        broken = bool(reader.parts)
        reader.finish(0)
        marked = _read_mark(reader, token, marked=marked or broken) or marked
    _read_text(reader, position, len(source), ends)
    reader.finish()
    problems = sorted(reader.problems, key=lambda problem: problem.line)
    return Script(tuple(reader.sentences), tuple(problems))


def plain_text(script: Script) -> str:
    """Return the script as it is shown: one sentence a line, without marks."""
    return "\n".join(sentence.display for sentence in script.sentences)


def sentence_key(sentence: Sentence, voice: str, dictionary_version: str) -> str:
    """Return the key under which the speech of a sentence is kept: 64 hexadecimal digits.

    It changes with everything that changes the sound. Pauses are not part of it, since silence
    is added when sentences are joined.

    Args:
        sentence: what is spoken.
        voice: id of the voice, such as ``openjtalk/mei``.
        dictionary_version: a value that changes when a reading dictionary or the engine changes.
    """
    parts = [[part.text, part.reading] for part in sentence.parts]
    content = [1, voice, dictionary_version, sentence.rate, parts]
    encoded = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def _sentence_ends(source: str) -> frozenset[int]:
    """Return the offsets after which a sentence ends.

    Only a bracket that is closed again protects what is inside it, so that one forgotten bracket
    does not turn the rest of the script into a single sentence. Marks do not count as brackets.
    """
    blank = _TOKEN.sub(lambda token: " " * len(token[0]), source)
    depth_change = [0] * (len(blank) + 1)
    stack: list[tuple[str, int]] = []
    for offset, char in enumerate(blank):
        if char in _OPENING:
            stack.append((char, offset))
        elif char in _PARTNER and any(opening == _PARTNER[char] for opening, _ in stack):
            while stack[-1][0] != _PARTNER[char]:
                stack.pop()
            _, start = stack.pop()
            depth_change[start] += 1
            depth_change[offset] -= 1
    ends: set[int] = set()
    depth = 0
    for offset, char in enumerate(blank):
        depth += depth_change[offset]
        if depth:
            continue
        following = blank[offset + 1] if offset + 1 < len(blank) else "\n"
        if (
            char == "\n"
            or (char in _ENDING and following not in _ENDING + _ASCII_ENDING)
            or (char in _ASCII_ENDING and following.isspace())
        ):
            ends.add(offset + 1)
    return frozenset(ends | _cuts(source, sorted({*ends, len(source)})))


def _cuts(source: str, ends: list[int]) -> set[int]:
    """Return where sentences without end are cut: after a comma or blank, or in mid-air."""
    marks = [(token.start(), token.end()) for token in _TOKEN.finditer(source)]
    cuts: set[int] = set()
    start = 0
    for end in ends:
        while end - start > LONGEST_SENTENCE:
            limit = start + LONGEST_SENTENCE
            cut = max(source.rfind(stop, start, limit) + 1 for stop in _STOPS)
            if cut <= start:
                cut = limit
            split = next(((a, b) for a, b in marks if a < cut < b), None)
            if split is not None:
                cut = split[0] if split[0] > start else split[1]
            cuts.add(cut)
            start = cut
        start = end
    return cuts


def _read_text(reader: _Reader, start: int, stop: int, ends: frozenset[int]) -> bool:
    """Read plain text into sentences; tell whether anything but white space was there."""
    piece_start = start
    seen = False
    for offset in range(start, stop):
        char = reader.source[offset]
        if char in "{}":
            reader.report(offset, "A brace stands alone; a reading is written {表記|よみ}.")
        if offset + 1 in ends or offset + 1 == stop:
            raw = reader.source[piece_start : offset + 1]
            text = _unfold(raw)
            seen = seen or bool(text.strip())
            leading = len(raw) - len(raw.lstrip())
            reader.add(piece_start + leading, text)
            piece_start = offset + 1
            if offset + 1 in ends:
                reader.finish()
    return seen


def _unfold(text: str) -> str:
    """Join lines inside brackets: without a space, unless Latin words meet there."""
    text = re.sub(r"(?<=[!-~])[ \t]*\n[ \t]*(?=[!-~])", " ", text.rstrip("\n"))
    return re.sub(r"[ \t]*\n[ \t]*", "", text)


def _read_reading(reader: _Reader, token: re.Match[str]) -> None:
    """Read ``{表記|よみ}``, or report why it cannot be one; a slot is spoken as nothing."""
    if token["slot"]:
        reader.report(token.start(), "A slot cannot be used in a script: %(mark)s.", mark=token[0])
        return
    shown, reading = token["text"].strip(), token["reading"].strip()
    if not shown:
        reader.report(token.start(), "The reading %(mark)s has no text to show.", mark=token[0])
        return
    if max(len(shown), len(reading)) > _LONGEST_READING:
        message = "A reading is for a word: %(mark)s… is longer than %(most)s characters."
        reader.report(token.start(), message, mark=token[0][:20], most=str(_LONGEST_READING))
        shown, reading = shown[:_LONGEST_READING], reading[:_LONGEST_READING]
    if not _KANA.fullmatch(reading):
        reader.report(token.start(), "The reading in %(mark)s is not kana.", mark=token[0])
        reading = ""
    reader.add(token.start(), shown, reading)


def _read_mark(reader: _Reader, token: re.Match[str], *, marked: bool) -> bool:
    """Carry out a pause or speed mark; tell whether it was a valid pause.

    ``marked`` says that the sentence before already has a pause of its own to add to.
    """
    command = token["command"].strip()
    if match := _PAUSE.fullmatch(command):
        milliseconds = int(match["ms"])
        if milliseconds > MAX_PAUSE_MS:
            reader.report(token.start(), "A pause is at most %(most)s ms.", most=str(MAX_PAUSE_MS))
        reader.pause(min(milliseconds, MAX_PAUSE_MS), marked=marked)
        return True
    if match := _RATE.fullmatch(command):
        rate = float(match["rate"])
        if not MIN_RATE <= rate <= MAX_RATE:
            reader.report(
                token.start(),
                "A speed is between %(least)s and %(most)s.",
                least=str(MIN_RATE),
                most=str(MAX_RATE),
            )
        reader.rate = min(max(rate, MIN_RATE), MAX_RATE)
        return False
    reader.report(token.start(), "Unknown mark: %(mark)s.", mark=token[0])
    return False
