"""Reading the CSV files that Japanese offices send; writing them is ``csvout``."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.kernel.messages import N_
from lms.kernel.result import DomainError

_READ_ORDER = ("utf-8-sig", "utf-8", "cp932")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MAX_CELL = 100_000


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a file that was read; ``line`` is its first line in the file, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvContent:
    """A file that was read: how it was encoded, how its cells are separated, and its rows."""

    encoding: str
    delimiter: str
    rows: tuple[CsvRow, ...]


def decode(data: bytes, *, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file and its encoding, tried as UTF-8 with BOM, UTF-8, CP932.

    A UTF-16 file with its byte-order mark (Excel's "Unicode text") is read too.

    Args:
        data: the file.
        encoding: the user's choice, which is then the only one tried.

    Raises:
        DomainError: ``csv.encoding`` names the first line that cannot be read.
    """
    if encoding is None and data.startswith(_UTF16_MARKS):
        encoding = "utf-16"
    tried = (encoding,) if encoding else _READ_ORDER
    failed_at = 0
    for name in tried:
        if name == "utf-8-sig" and encoding is None and not data.startswith(b"\xef\xbb\xbf"):
            continue
        try:
            return data.decode(name), name
        except UnicodeDecodeError as error:
            failed_at = max(failed_at, error.start)
        except LookupError:
            break
    raise DomainError(
        "csv.encoding",
        N_("Line %(line)s cannot be read. Save the file as CSV UTF-8 and upload it again."),
        line=data.count(b"\n", 0, failed_at) + 1,
    )


def read_csv(
    data: bytes,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    max_rows: int = 200_000,
) -> CsvContent:
    """Read a CSV or TSV file. Cells are kept as they are, so leading zeros stay.

    Empty rows are left out. The separator is a tab when the first line that has either holds more
    tabs than commas.

    Raises:
        DomainError: ``csv.encoding``; ``csv.format`` (a quotation mark that is not closed, a cell
            that is too long); ``csv.nul`` (not a text file); ``csv.rows`` (too many rows). Each
            names the line.
    """
    text, used = decode(data, encoding=encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DomainError(
            "csv.nul", N_("Line %(line)s: this is not a text file. Save it as CSV."), line=line
        )
    separator = delimiter or _delimiter(text)
    rows: list[CsvRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    first = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _check_cells(cells, first)
                rows.append(CsvRow(first, tuple(cells)))
            if len(rows) > max_rows:
                raise DomainError(
                    "csv.rows", N_("The file has more than %(rows)s rows."), rows=max_rows
                )
            first = reader.line_num + 1
    except csv.Error as error:
        raise DomainError(
            "csv.format",
            N_("Line %(line)s is not CSV (%(reason)s). Look for a quotation mark that is open."),
            line=first,
            reason=str(error),
        ) from None
    return CsvContent(used, separator, tuple(rows))


def _check_cells(cells: Sequence[str], line: int) -> None:
    for number, cell in enumerate(cells, start=1):
        if len(cell) > _MAX_CELL:
            raise DomainError(
                "csv.cell",
                N_("Line %(line)s, column %(column)s: the cell is too long."),
                line=line,
                column=number,
            )


def _delimiter(text: str) -> str:
    for line in text.split("\n"):
        if "\t" in line or "," in line:
            return "\t" if line.count("\t") > line.count(",") else ","
    return ","


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A finding about a cell or row; ``message`` is an English message id.

    ``column`` is the header as written, empty when the whole row is meant.
    """

    line: int
    column: str
    message: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row by the keys of the wanted columns; missing columns are absent."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Records of a file with a header. ``headers`` gives each key's header as written."""

    header_line: int
    headers: Mapping[str, str]
    records: tuple[Record, ...]
    unknown: tuple[str, ...]
    problems: tuple[CellProblem, ...]


def take_columns(
    content: CsvContent,
    names: Mapping[str, Iterable[str]],
    *,
    required: Iterable[str] = (),
    header_line: int | None = None,
) -> Sheet:
    """Find the header and return the rows after it by key.

    Args:
        content: what :func:`read_csv` returned.
        names: the headers accepted for each key (``{"staff_no": ["職員番号", "職員コード"]}``),
            compared after NFKC and without blanks.
        required: keys without which nothing can be read.
        header_line: line of the header; None takes the row, among the first 20, that has most.

    Raises:
        DomainError: ``csv.header`` names the required columns that are missing.
    """
    accepted = {_header_key(name): key for key, options in names.items() for name in options}
    header = _find_header(content, accepted, header_line)
    positions: dict[str, int] = {}
    problems: list[CellProblem] = []
    for index, cell in enumerate(header.cells):
        key = accepted.get(_header_key(cell))
        if key in positions:
            problems.append(CellProblem(header.line, cell, N_("The column stands there twice.")))
        elif key is not None:
            positions[key] = index
    missing = [key for key in required if key not in positions]
    if missing:
        wanted = ", ".join(next(iter(names[key]), key) for key in missing)
        raise DomainError(
            "csv.header",
            N_("The file has no column %(columns)s. Check the line with the column names."),
            columns=wanted,
        )
    records: list[Record] = []
    for row in content.rows:
        if row.line <= header.line:
            continue
        if len(row.cells) != len(header.cells):
            problems.append(
                CellProblem(
                    row.line,
                    "",
                    N_("The row has %(found)s cells, the header %(wanted)s."),
                    (("found", str(len(row.cells))), ("wanted", str(len(header.cells)))),
                )
            )
        values = {
            key: row.cells[index].strip()
            for key, index in positions.items()
            if index < len(row.cells)
        }
        records.append(Record(row.line, values))
    taken = set(positions.values())
    return Sheet(
        header.line,
        {key: header.cells[index] for key, index in positions.items()},
        tuple(records),
        tuple(cell for index, cell in enumerate(header.cells) if index not in taken and cell),
        tuple(problems),
    )


def _header_key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _find_header(
    content: CsvContent, accepted: Mapping[str, str], header_line: int | None
) -> CsvRow:
    if header_line is not None:
        candidates = [row for row in content.rows if row.line == header_line]
    else:
        candidates = list(content.rows[:20])
    if not candidates:
        raise DomainError("csv.empty", N_("The file has no rows."))
    return max(candidates, key=lambda row: sum(_header_key(cell) in accepted for cell in row.cells))
