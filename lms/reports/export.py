"""A report table as a file: CSV in two encodings, XLSX with typed cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from lms.core.turn import step_aside
from lms.kernel.clock import JST
from lms.kernel.csvout import CsvEncoding, CsvWriter
from lms.kernel.tables import Kind
from lms.kernel.text import safe_file_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.kernel.tables import Cell, LongTable, Table

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_ROW = 3
"""Title, date, blank line, then the header."""
MAX_SHEET_NAME = 31
"""Longest name of a sheet, in UTF-16 units."""
IN_MEMORY = 8 * 1024 * 1024
"""Files up to this size never touch the disk."""

_FORMATS = {
    Kind.INT: "#,##0",
    Kind.FLOAT: "#,##0.0",
    Kind.PERCENT: "0.0%",
    Kind.DATE: "yyyy/mm/dd",
    Kind.DATETIME: "yyyy/mm/dd hh:mm",
    Kind.DURATION: "[h]:mm:ss",
}


_MOMENTS = frozenset({Kind.DATE, Kind.DATETIME})


class ExportFormat(StrEnum):
    """What a report can be taken away as."""

    CSV = "csv"
    """UTF-8 with BOM, which spreadsheets open as it is."""
    CP932 = "cp932"
    """For personnel systems; characters it lacks become 〓."""
    XLSX = "xlsx"


_ENDINGS = {
    ExportFormat.CSV: ".csv",
    ExportFormat.CP932: "_cp932.csv",
    ExportFormat.XLSX: ".xlsx",
}
_CSV_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.CP932: "text/csv; charset=Windows-31J",
}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to hand over, read from its beginning.

    Small ones stay in memory, so ``source`` need not be a file on disk; whoever takes it closes it.
    """

    source: IO[bytes]
    file_name: str
    media_type: str
    rows: int
    replaced: int = 0
    """Cells that lost a character."""


def export(table: Table | LongTable, form: ExportFormat) -> ExportFile:
    """Write a table as a file of this form; the name holds title, day and a CSV's other encoding.

    Rows are taken part by part, so that the memory needed does not grow with their number.
    """
    stem = safe_file_name(f"{table.title}_{table.as_of:%Y%m%d}")
    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever takes it closes it
    try:
        with step_aside():  # A long file takes many seconds; pages are not to wait for it.
            if form is ExportFormat.XLSX:
                rows, replaced = write_xlsx(table, out), 0
            else:
                rows, replaced = _write_csv(table, form, out)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    name = f"{stem}{_ENDINGS[form]}"
    media_type = XLSX_TYPE if form is ExportFormat.XLSX else _CSV_TYPES[form]
    return ExportFile(out, name, media_type, rows, replaced)


def _write_csv(table: Table | LongTable, form: ExportFormat, out: IO[bytes]) -> tuple[int, int]:
    encoding = CsvEncoding.CP932 if form is ExportFormat.CP932 else CsvEncoding.UTF8_BOM
    writer = CsvWriter(table.columns, encoding)
    out.write(writer.header())
    replaced = 0
    for batch in table.batches:
        out.write(writer.part(batch))
        replaced += len(writer.replaced)
        writer.replaced.clear()
    return writer.lines - 1, replaced


def write_xlsx(table: Table | LongTable, out: IO[bytes]) -> int:
    """A workbook of one sheet: typed cells, frozen header, filter, no formula ever.

    Returns the number of rows. Each row leaves memory when the next one begins.
    """
    import xlsxwriter  # noqa: PLC0415 - processes that write no workbook need not load it

    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": _FORMATS[Kind.DATE],
        },
    )
    # The time of making would make two exports of the same rows different files.
    book.set_properties({"title": table.title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet(_sheet_name(table.title))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    styles = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    sheet.freeze_panes(FIRST_ROW + 1, 0)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
    sheet.write_string(0, 0, table.title, book.add_format({"bold": True}))
    sheet.write_datetime(1, 0, _naive(table.as_of), styles[Kind.DATE])
    for index, column in enumerate(table.columns):
        sheet.write_string(FIRST_ROW, index, column.label, bold)
    columns = [
        (index, column.kind, styles.get(column.kind)) for index, column in enumerate(table.columns)
    ]
    count = 0
    for batch in table.batches:
        rows = zip(*batch, strict=True)
        for number, row in enumerate(rows, start=FIRST_ROW + count + 1):
            _write_row(sheet, number, row, columns)
        count += len(batch[0])
    below = FIRST_ROW + count
    if table.total_row is not None:
        below += 1
        _write_row(sheet, below, table.total_row, columns)
    for number, note in enumerate(table.notes, start=below + 2):
        sheet.write_string(number, 0, note)
    if count:
        sheet.autofilter(FIRST_ROW, 0, FIRST_ROW + count, len(table.columns) - 1)
    book.close()
    return count


def _sheet_name(title: str) -> str:
    """A title as spreadsheets take it: without signs of their own, and not too long."""
    name = safe_file_name(title).replace("[", "(").replace("]", ")").strip("'")
    while len(name.encode("utf-16-le")) > MAX_SHEET_NAME * 2:
        name = name[:-1]
    return name.strip(" '") or "Report"


def _write_row(
    sheet: Any,  # noqa: ANN401 - a worksheet
    number: int,
    row: Sequence[Cell],
    columns: Sequence[tuple[int, Kind, Any]],
) -> None:
    for cell, (index, kind, style) in zip(row, columns, strict=True):
        if isinstance(cell, str) and kind not in _MOMENTS:
            sheet.write_string(number, index, cell)
        elif cell is not None:
            _write(sheet, number, index, cell, kind, style)


def _write(
    sheet: Any,  # noqa: ANN401 - a worksheet
    row: int,
    index: int,
    cell: Cell,
    kind: Kind,
    style: Any,  # noqa: ANN401 - a format
) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, index, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, index, _naive(cell), style)
    elif isinstance(cell, timedelta):
        sheet.write_datetime(row, index, cell, style)
    elif isinstance(cell, int | float):
        value = cell / 86400 if kind is Kind.DURATION else cell
        sheet.write_number(row, index, value, style)
    elif isinstance(cell, str):
        # The database has written this moment, in Japanese time.
        sheet.write_datetime(row, index, datetime.fromisoformat(cell), style)


def _naive(value: date) -> date:
    """Spreadsheets know no time zones; moments are written as Japanese time."""
    if isinstance(value, datetime):
        return value.astimezone(JST).replace(tzinfo=None)
    return value
