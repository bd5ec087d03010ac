"""Cutting a module into slides and blocks by lines.

Blocks and slide separators belong to the format, not to Markdown; reading them by lines gives true
line numbers and lets reading go on after a mistake (see help/design/0010).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lms.catalog.markup.lines import (
    BLOCK_END,
    BLOCK_START,
    HEADING,
    SEPARATOR,
    SLIDE_HEADING,
    FenceFinder,
)
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.markup.findings import Findings

_MARKDOWN_BLOCKS = frozenset({"quiz", "survey", "description"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: ``number`` counts from 1; ``code`` marks fenced code."""

    number: int
    text: str
    code: bool = False


@dataclass(slots=True)
class Block:
    """A block from ``::: name attributes`` to ``:::``."""

    name: str
    attributes: str
    line: int
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """What stands between two separators. ``heading`` is None where it is missing."""

    line: int
    heading: str | None = None
    body: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the section holds nothing at all."""
        return self.heading is None and not self.blocks and not self.body


def scan(lines: Sequence[str], first: int, findings: Findings) -> list[Section]:
    """Cut ``lines`` into sections.

    Args:
        lines: the file after its front matter.
        first: line number of the first of them.
        findings: takes what is wrong with the structure.

    Returns:
        The sections in order, without empty ones.
    """
    scanner = _Scanner(first, findings)
    finder = FenceFinder(lines)
    index = 0
    while index < len(lines):
        fence = finder.at(index) if scanner.in_markdown else None
        if fence is not None and fence.closed:
            for position in range(index, fence.end + 1):
                scanner.text(Line(first + position, lines[position], code=True))
            index = fence.end + 1
            continue
        if fence is not None:
            findings.error(
                first + index, N_("This code is not closed; end it with the same marks.")
            )
        scanner.line(Line(first + index, lines[index]))
        index += 1
    return scanner.finish()


class _Scanner:
    """The state while walking through the lines."""

    def __init__(self, first: int, findings: Findings) -> None:
        self._findings = findings
        self._sections: list[Section] = []
        self._section = Section(first)
        self._block: Block | None = None

    @property
    def in_markdown(self) -> bool:
        """Whether fenced code may begin here."""
        return self._block is None or self._block.name in _MARKDOWN_BLOCKS

    def line(self, line: Line) -> None:
        """Take one line that is not inside fenced code."""
        if SEPARATOR.match(line.text):
            self._begin_section(line.number + 1)
        elif SLIDE_HEADING.match(line.text) or (HEADING.match(line.text) and self._block is None):
            self._heading(line)
        elif BLOCK_END.match(line.text):
            self._end_block(line)
        elif match := BLOCK_START.match(line.text):
            self._report_open_block()
            name, _, attributes = match["head"].strip(" \t").replace("\t", " ").partition(" ")
            self._block = Block(name, attributes, line.number)
            self._section.blocks.append(self._block)
        else:
            self.text(line)

    def text(self, line: Line) -> None:
        """Take one line of content."""
        if self._block is not None:
            self._block.lines.append(line)
            return
        if not self._section.body and not line.text.strip(" \t"):
            return
        if self._section.heading is None and not self._section.body:
            self._findings.error(
                line.number, N_("A slide begins with its heading: # Heading {#slide-id}")
            )
        self._section.body.append(line)

    def finish(self) -> list[Section]:
        """Return all sections after the last line."""
        self._begin_section(0)
        return self._sections

    def _heading(self, line: Line) -> None:
        if not self._section.is_empty:
            if SLIDE_HEADING.match(line.text) is None:
                self._findings.error(
                    line.number, N_("Only the slide itself has a heading with one #; use ##.")
                )
                self.text(line)
                return
            self._findings.error(line.number, N_("A line --- is missing before this slide."))
            self._begin_section(line.number)
        self._report_open_block()
        match = HEADING.match(line.text)
        self._section.line = line.number
        self._section.heading = (match["text"] or "" if match else "").strip(" \t")

    def _begin_section(self, line: int) -> None:
        self._report_open_block()
        if not self._section.is_empty:
            self._sections.append(self._section)
        self._section = Section(line)

    def _end_block(self, line: Line) -> None:
        if self._block is None:
            self._findings.error(line.number, N_("This ::: ends nothing."))
        self._block = None

    def _report_open_block(self) -> None:
        if self._block is not None:
            self._findings.error(
                self._block.line,
                N_("The block “%(name)s” is not closed with :::"),
                name=self._block.name,
            )
        self._block = None
