"""Writing CSV as Japanese offices want it: UTF-8 with BOM or CP932, CRLF, safe for spreadsheets."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lms.kernel.tables import Cell, Column, Kind, cell_text

GETA = "〓"
"""Stands for a character the file's encoding does not have, as Japanese printing always did."""

_QUOTED = (",", '"', "\r", "\n")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvEncoding(StrEnum):
    """Encodings of exports: UTF-8 with BOM (Excel of today) or CP932 (older systems)."""

    UTF8_BOM = "utf-8-sig"
    CP932 = "cp932"


@dataclass(frozen=True, slots=True)
class ReplacedCell:
    """A cell in which characters were replaced. ``row`` is its line in the file, from 1."""

    row: int
    column: str
    original: str
    written: str


def guard_formula(text: str) -> str:
    """Return a text cell so that no spreadsheet runs it as a formula (IM-9).

    A text that begins with ``= + - @``, their full-width forms, a tab or a line break gets an
    apostrophe before it. Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


@dataclass(slots=True)
class CsvWriter:
    """Makes the bytes of a file with CRLF line ends part by part: the header, then rows.

    ``replacements`` are characters for which the municipality has a substitute (𠮷 → 吉), used only
    where the encoding lacks them; any other such character becomes ``〓``. Texts of cells are
    guarded against formula injection.

    A long report has few different values in most of its columns, so each is formatted and guarded
    once for a part and not once for every cell, and ``csv.writer``, which looks at every letter,
    is not asked; a test compares both.
    """

    columns: Sequence[Column]
    encoding: CsvEncoding
    replacements: Mapping[str, str] = field(default_factory=dict)
    replaced: list[ReplacedCell] = field(default_factory=list)
    """The cells that lost a character, in the order of lines and columns within each part."""
    lines: int = 0
    """Lines written so far."""

    def header(self) -> bytes:
        """The line of the columns' names."""
        return self._written([[guard_formula(column.label)] for column in self.columns])

    def rows(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        """These rows, whose cells stand in the order of the columns."""
        return self.part(tuple(zip(*rows, strict=True))) if rows else b""

    def part(self, columns: Sequence[Sequence[Cell]]) -> bytes:
        """Rows that are given column by column."""
        both = zip(columns, self.columns, strict=True)
        return self._written([_texts(cells, about.kind) for cells, about in both])

    def _written(self, columns: Sequence[Sequence[str]]) -> bytes:
        found: list[tuple[int, int, ReplacedCell]] = []
        fitting = []
        for place, column in enumerate(columns):
            joined = "".join(column)
            cells = column
            if not _fits(joined, self.encoding):
                label = self.columns[place].label
                lost = self._lost(column)
                found += [
                    (row, place, ReplacedCell(self.lines + row, label, text, lost[text]))
                    for row, text in enumerate(column, start=1)
                    if text in lost
                ]
                cells = [lost.get(text, text) for text in column]
            if _needs_marks(joined):
                quoted = {text: _quoted(text) for text in set(cells) if _needs_marks(text)}
                cells = [quoted.get(text, text) for text in cells]
            fitting.append(cells)
        self.replaced += [cell for _row, _place, cell in sorted(found, key=lambda each: each[:2])]
        if len(fitting) == 1:
            # A line without anything would be no line at all.
            fitting = [[text or '""' for text in fitting[0]]]
        lines = [",".join(cells) for cells in zip(*fitting, strict=True)]
        return self._encoded("\r\n".join([*lines, ""]), len(lines))

    def _encoded(self, text: str, lines: int) -> bytes:
        # The byte-order mark stands at the beginning of the file only.
        marked = self.lines == 0 or self.encoding is not CsvEncoding.UTF8_BOM
        self.lines += lines
        return text.encode(self.encoding.value if marked else "utf-8")

    def _lost(self, column: Sequence[str]) -> dict[str, str]:
        """The texts of a column that the encoding cannot hold, and how they are written."""
        # What goes may have stood before a formula sign, so the guard looks again.
        return {
            text: guard_formula(self._encodable(text))
            for text in set(column)
            if not _fits(text, self.encoding)
        }

    def _encodable(self, text: str) -> str:
        composed = unicodedata.normalize("NFC", text)
        return "".join(self._substitute(char) for char in composed)

    def _substitute(self, char: str) -> str:
        if _fits(char, self.encoding):
            return char
        substitute = self.replacements.get(char, "")
        if substitute and _fits(substitute, self.encoding):
            return substitute
        if unicodedata.category(char) in {"Mn", "Cf"}:
            # A variation selector asks for another shape of the character before it, which stays.
            return ""
        return GETA


def _texts(column: Sequence[Any], kind: Kind) -> Sequence[str]:
    """The cells of a column as texts, those of people guarded."""
    types = set(map(type, column))
    if types == {str, type(None)}:
        column, types = [cell or "" for cell in column], {str}
    if types == {str}:
        guarded = {text: f"'{text}" for text in set(column) if text.startswith(_FORMULA_STARTS)}
        return [guarded.get(text, text) for text in column] if guarded else column
    if len(types - {type(None)}) == 1:
        texts = {cell: _text(cell, kind) for cell in set(column)}
        return [texts[cell] for cell in column]
    # 1, 1.0 and True are one key of a mapping, but not one text.
    return [_text(cell, kind) for cell in column]


def _text(cell: Cell, kind: Kind) -> str:
    return guard_formula(cell) if isinstance(cell, str) else cell_text(cell, kind)


def _needs_marks(text: str) -> bool:
    return any(sign in text for sign in _QUOTED)


def _quoted(text: str) -> str:
    """A text with marks around it (RFC 4180)."""
    return '"' + text.replace('"', '""') + '"'


def _fits(text: str, encoding: CsvEncoding) -> bool:
    if text.isascii():
        return True
    try:
        text.encode(encoding.value)
    except UnicodeEncodeError:
        return False
    return True
