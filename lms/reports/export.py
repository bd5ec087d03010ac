"""A report table as a file: CSV in two encodings, XLSX with typed cells."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import xlsxwriter

from lms.kernel.clock import JST
from lms.kernel.csvio import CsvEncoding, write_csv
from lms.kernel.tables import Kind
from lms.kernel.text import safe_file_name

if TYPE_CHECKING:
    from lms.kernel.tables import Cell, Column, Table

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_ROW = 3
"""Title, date, blank line, then the header."""

_FORMATS = {
    Kind.INT: "#,##0",
    Kind.FLOAT: "#,##0.0",
    Kind.PERCENT: "0.0%",
    Kind.DATE: "yyyy/mm/dd",
    Kind.DATETIME: "yyyy/mm/dd hh:mm",
    Kind.DURATION: "[h]:mm:ss",
}


class ExportFormat(StrEnum):
    """What a report can be taken away as."""

    CSV = "csv"
    """UTF-8 with BOM, which spreadsheets open as it is."""
    CP932 = "cp932"
    """For personnel systems; characters it lacks become 〓."""
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to hand over; ``replaced`` counts cells that lost a character."""

    data: bytes
    file_name: str
    media_type: str
    replaced: int = 0


def export(table: Table, form: ExportFormat) -> ExportFile:
    """Write a table as a file of this form; the name holds title and day."""
    stem = safe_file_name(f"{table.title}_{table.as_of:%Y%m%d}")
    if form is ExportFormat.XLSX:
        return ExportFile(write_xlsx(table), f"{stem}.xlsx", XLSX_TYPE)
    encoding = CsvEncoding.CP932 if form is ExportFormat.CP932 else CsvEncoding.UTF8_BOM
    written = write_csv(table, encoding=encoding)
    return ExportFile(written.data, f"{stem}.csv", "text/csv", len(written.replaced))


def write_xlsx(table: Table) -> bytes:
    """A workbook of one sheet: typed cells, frozen header, filter, no formula ever."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": False,
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": _FORMATS[Kind.DATE],
        },
    )
    # The time of making would make two exports of the same rows different files.
    book.set_properties({"title": table.title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet("Sheet1")
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    styles = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    sheet.write_string(0, 0, table.title, book.add_format({"bold": True}))
    sheet.write_datetime(1, 0, _naive(table.as_of), styles[Kind.DATE])
    for index, column in enumerate(table.columns):
        sheet.write_string(FIRST_ROW, index, column.label, bold)
        sheet.set_column(index, index, column.width)
    rows = [*table.rows, *([table.total_row] if table.total_row else [])]
    for number, row in enumerate(rows, start=FIRST_ROW + 1):
        for index, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, number, index, cell, column, styles)
    for number, note in enumerate(table.notes, start=FIRST_ROW + len(rows) + 2):
        sheet.write_string(number, 0, note)
    sheet.freeze_panes(FIRST_ROW + 1, 0)
    if table.rows:
        sheet.autofilter(FIRST_ROW, 0, FIRST_ROW + len(table.rows), len(table.columns) - 1)
    book.close()
    return out.getvalue()


def _write(
    sheet: Any,  # noqa: ANN401 - a worksheet
    row: int,
    index: int,
    cell: Cell,
    column: Column,
    styles: dict[Kind, Any],
) -> None:
    style = styles.get(column.kind)
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, index, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, index, _naive(cell), style)
    elif isinstance(cell, timedelta):
        sheet.write_datetime(row, index, cell, style)
    elif isinstance(cell, int | float):
        value = cell / 86400 if column.kind is Kind.DURATION else cell
        sheet.write_number(row, index, value, style)
    else:
        sheet.write_string(row, index, cell)


def _naive(value: date) -> date:
    """Spreadsheets know no time zones; moments are written as Japanese time."""
    if isinstance(value, datetime):
        return value.astimezone(JST).replace(tzinfo=None)
    return value
