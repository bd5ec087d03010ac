"""Reads narration that comes beside a deck, because file sanitising strips speaker notes.

Three shapes, told apart by content: plain text or Word with one block per slide, the blocks
separated by a line ``---`` or headed by ``スライド 3`` / ``Slide 3``; and CSV with the columns
slide number and text. Text is UTF-8 (with or without BOM), UTF-16 with BOM, or CP932.
"""

from __future__ import annotations

import csv
import re
import unicodedata
import zipfile
from dataclasses import replace
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import docx

from lms.authoring.archive import check_archive, check_xml, protected, read_entry
from lms.kernel.result import DomainError
from lms.kernel.text import decode_office

if TYPE_CHECKING:
    from pathlib import Path

    from lms.authoring.limits import Limits

_FIELD = "notes"
_HEADING = re.compile(
    r"^[\s#■●◆【\[(<〈]*(?:スライド|slide|ページ|page|p\.?|no\.?)\s*(?P<number>\d{1,4})\s*"
    r"(?:枚目|ページ)?[\s】\])>〉:.。、]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"^\s*[-=―─━ー—]{3,}\s*$")
_NUMBER_COLUMNS = ("スライド", "番号", "頁", "ページ", "slide", "no", "page", "number")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_ZIP_MAGIC = b"PK\x03\x04"
_PARAGRAPH_LIMIT = 20_000
_HEADING_REST = 40
_WORD_BYTES = 64 * 1024 * 1024


def read_notes(path: Path, limits: Limits) -> dict[int, str]:
    """Give the narration by slide number, from 1.

    Raises:
        DomainError: the file is empty, too large, no text, protected, or a CSV row has no number.
    """
    size = path.stat().st_size
    if size == 0:
        raise _empty()
    if size > limits.notes_bytes:
        raise DomainError(
            "notes.size",
            "The notes file is larger than %(limit)s MB.",
            _FIELD,
            limit=limits.notes_bytes // (1024 * 1024),
        )
    content = path.read_bytes()
    if content.startswith(_OLE_MAGIC):
        raise _unknown()
    if content.startswith(_ZIP_MAGIC):
        return _blocks(_word_lines(content, limits))
    try:
        text = decode_office(content)
    except ValueError:
        raise _unknown() from None
    rows = _csv_rows(text)
    if not rows and path.suffix.lower() == ".csv":
        # Read as running text, all of the table would become the script of the first slide.
        raise _no_number(1)
    return _table(rows) if rows else _blocks(text.splitlines())


def _word_lines(content: bytes, limits: Limits) -> list[str]:
    """Give the paragraphs of a Word file; a page break separates blocks like a line ``---``."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            check_archive(archive, replace(limits, archive_bytes=_WORD_BYTES))
            for name in archive.namelist():
                if name.lower().endswith((".xml", ".rels")):
                    check_xml(read_entry(archive, name))
        document = docx.Document(BytesIO(content))
        lines: list[str] = []
        for paragraph in document.paragraphs[:_PARAGRAPH_LIMIT]:
            for piece in paragraph.text.split("\f"):
                lines.extend(piece.split("\n"))
        for table in document.tables:
            lines.extend(_table_lines(table))
    except DomainError as error:
        if error.code == protected().code:
            raise
        raise _unknown() from error
    except Exception as error:
        # python-docx lets errors of zipfile, lxml and its own lookups through.
        raise _unknown() from error
    return lines


def _table_lines(table: docx.table.Table) -> list[str]:
    """A two-column table of number and text is how many offices write narration."""
    lines: list[str] = []
    for row in table.rows:
        cells = [cell.text for cell in row.cells]
        number = _number(cells[0]) if len(cells) > 1 else None
        if number is not None:
            lines += [f"スライド {number}", *"\n".join(cells[1:]).split("\n")]
    return lines


def _csv_rows(text: str) -> list[list[str]]:
    """Give the rows of a CSV, or nothing when the text is not one."""
    first = text.lstrip().partition("\n")[0]
    delimiter = "\t" if "\t" in first else ","
    head = next(csv.reader([first], delimiter=delimiter), [])
    if len(head) < 2:  # noqa: PLR2004 - number and text
        return []
    folded = unicodedata.normalize("NFKC", head[0]).strip().lower()
    if _number(head[0]) is None and not folded.startswith(_NUMBER_COLUMNS):
        return []
    try:
        return list(csv.reader(StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise DomainError(
            "notes.csv",
            "The notes file is not a readable CSV file. Save it again as CSV from the spreadsheet.",
            _FIELD,
        ) from error


def _table(rows: list[list[str]]) -> dict[int, str]:
    notes: dict[int, list[str]] = {}
    for line, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        number = _number(row[0])
        if number is None:
            if line == 1:
                continue  # The header row.
            raise _no_number(line)
        text = row[1] if len(row) > 1 else ""
        notes.setdefault(number, []).append(text.strip())
    found = {number: "\n".join(texts).strip() for number, texts in notes.items()}
    if not any(found.values()):
        raise _empty()
    return found


def _blocks(lines: list[str]) -> dict[int, str]:
    """Split lines into blocks: by headings with numbers if there are any, else by separators."""
    notes: dict[int, list[str]] = {}
    numbered = any(_heading(line) for line in lines)
    current = 0 if numbered else 1
    for line in lines:
        heading = _heading(line)
        if heading:
            current = int(heading["number"])
            notes.setdefault(current, [])
        elif _SEPARATOR.match(line):
            # With numbered headings a rule is only decoration.
            current += 0 if numbered else 1
        elif current:
            notes.setdefault(current, []).append(line.rstrip())
    found = {number: "\n".join(block).strip() for number, block in notes.items()}
    found = {number: text for number, text in found.items() if text}
    if not found:
        raise _empty()
    return found


def _heading(line: str) -> re.Match[str] | None:
    match = _HEADING.match(unicodedata.normalize("NFKC", line))
    # 「スライド3では…」 in the middle of narration is a sentence, not a heading.
    if (
        match is None
        or len(match["rest"]) > _HEADING_REST
        or match["rest"].startswith(("で", "は", "の", "を", "に", "と", "が", "も"))
    ):
        return None
    return match


def _number(cell: str) -> int | None:
    text = unicodedata.normalize("NFKC", cell).strip().lstrip("\ufeff")
    match = re.fullmatch(
        r"(?:スライド|slide|ページ|page|p\.?|no\.?)?\s*(\d{1,4})\s*(?:枚目)?", text, re.IGNORECASE
    )
    return int(match[1]) if match and int(match[1]) else None


def _empty() -> DomainError:
    return DomainError("notes.empty", "The notes file is empty.", _FIELD)


def _no_number(row: int) -> DomainError:
    return DomainError(
        "notes.number",
        "Row %(row)s of the notes file has no slide number in its first column.",
        _FIELD,
        row=row,
    )


def _unknown() -> DomainError:
    return DomainError(
        "notes.format",
        "The notes file could not be read. Save it as a text file (UTF-8), Word (.docx) or CSV.",
        _FIELD,
    )
