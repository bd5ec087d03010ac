r"""Which lines carry structure, and how text that looks like structure is kept apart from it.

Two kinds of text exist in a module. *Markdown* (bodies, prompts, descriptions) has its own escapes,
so a line that would end a slide is rewritten to a Markdown line with the same meaning. *Plain text*
(scripts, sources) has none, so such a line carries one more backslash in the file than in memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATOR = re.compile(r"^ {0,3}-{3,}[ \t]*$")
BLOCK_END = re.compile(r"^ {0,3}:{3,}[ \t]*$")
BLOCK_START = re.compile(r"^ {0,3}:{3,}[ \t]*(?P<head>[^:\s].*)$")
HEADING = re.compile(r"^ {0,3}#(?:[ \t]+(?P<text>.*))?$")
SLIDE_HEADING = re.compile(r"^ {0,3}#[ \t].*\{#")
FENCE = re.compile(r"^[ \t]*(?P<mark>`{3,}|~{3,})(?P<info>.*)$")
_STUFFED = re.compile(r"^( {0,3})(\\*)(?=:{3}|-{3,}[ \t]*$|#(?:[ \t]|$))")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SPACE = re.compile(r"[ \t\n]+")


def clean(text: str) -> str:
    """Return ``text`` with line feeds as line ends and without control characters."""
    return _CONTROL.sub("", _LINE_BREAK.sub("\n", text))


def has_control_characters(text: str) -> bool:
    """Tell whether :func:`clean` would remove characters from a line of text."""
    return _CONTROL.search(text) is not None


def one_line(text: str) -> str:
    """Return ``text`` on one line: runs of blanks become one space, the ends are trimmed.

    Ideographic spaces are kept because they are part of Japanese text.
    """
    return _SPACE.sub(" ", clean(text)).strip(" ")


def trim_blank_lines(lines: Sequence[str]) -> list[str]:
    """Return ``lines`` without blank lines at both ends; inner blank lines become empty."""
    kept = ["" if not line.strip(" \t") else line for line in lines]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    if kept:
        kept[-1] = kept[-1].rstrip(" \t")
    return kept


def plain_text(text: str) -> str:
    """Return plain text in its canonical form: no blank lines at the ends."""
    return "\n".join(trim_blank_lines(clean(text).split("\n")))


def stuff(line: str) -> str:
    """Return a line of plain text as it stands in the file."""
    return _STUFFED.sub(r"\1\2\\", line)


def unstuff(line: str) -> str:
    """Return a line of the file as it is meant; the inverse of :func:`stuff`."""
    match = _STUFFED.match(line)
    if match is None or not match[2]:
        return line
    return match[1] + line[match.end(1) + 1 :]


@dataclass(frozen=True, slots=True)
class Fence:
    """Fenced code: the index of its last line and whether that line closes it."""

    mark: str
    end: int
    closed: bool


class FenceFinder:
    """Finds fenced code in one list of lines.

    A slide heading ends an open fence, because a forgotten mark must not swallow the next slides.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._open_until: dict[str, int] = {}

    def at(self, start: int) -> Fence | None:
        """Return the fence that opens at index ``start``, or None when the line opens none."""
        match = FENCE.match(self._lines[start])
        if match is None or (match["mark"][0] == "`" and "`" in match["info"]):
            return None
        mark = match["mark"]
        if start < self._open_until.get(mark, 0):
            return Fence(mark, self._open_until[mark] - 1, closed=False)
        index = start + 1
        while index < len(self._lines):
            line = self._lines[index]
            if SLIDE_HEADING.match(line):
                break
            text = line.strip(" \t")
            if text.startswith(mark) and not text.strip(mark[0]):
                return Fence(mark, index, closed=True)
            index += 1
        self._open_until[mark] = index
        return Fence(mark, index - 1, closed=False)


def markdown_text(text: str, *, list_marks: bool = False, numbers: bool = False) -> str:
    """Return Markdown in its canonical form, which never looks like the structure of a module.

    A thematic break becomes ``***``, a heading of level 1 becomes level 2, a line of colons is
    escaped, an open fence is closed, and runs of blank lines outside code become one.

    Args:
        text: Markdown as an author, an importer or the editor gave it.
        list_marks: also turn ``- item`` into ``* item`` (prompts, where ``-`` begins an answer).
        numbers: also turn ``1. item`` into ``1) item`` (prompts of ordering questions).
    """
    lines = trim_blank_lines(clean(text).split("\n"))
    finder = FenceFinder(lines)
    result: list[str] = []
    index = 0
    while index < len(lines):
        fence = finder.at(index)
        if fence is not None:
            result.extend(lines[index : fence.end + 1])
            if not fence.closed:
                result.append(fence.mark)
            index = fence.end + 1
            continue
        line = _harmless(lines[index], list_marks=list_marks, numbers=numbers)
        if line or (result and result[-1]):
            result.append(line)
        index += 1
    return "\n".join(result)


def _harmless(line: str, *, list_marks: bool, numbers: bool) -> str:
    if SEPARATOR.match(line):
        return "***"
    if HEADING.match(line):
        return line.replace("#", "##", 1)
    if line.lstrip(" ").startswith(":::") and len(line) - len(line.lstrip(" ")) <= 3:  # noqa: PLR2004 - Markdown's indent
        return line.replace(":::", "\\:::", 1)
    if list_marks and re.match(r"^ {0,3}-(?:[ \t]|$)", line):
        return line.replace("-", "*", 1)
    if numbers and re.match(r"^ {0,3}\d+\.(?:[ \t]|$)", line):
        return line.replace(".", ")", 1)
    return line
