"""The one tabular type of reports and exports: screen, CSV and XLSX show the same table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.kernel.clock import JST
from lms.kernel.durations import clock_format

Cell = str | int | float | date | datetime | timedelta | bool | None
"""A value of a table; None is an empty cell."""


class Kind(StrEnum):
    """What the cells of a column hold.

    ``PERCENT`` is a fraction from 0 to 1; ``DURATION`` is seconds or a ``timedelta``;
    ``DATETIME`` is aware and shown in Japanese time. ``DATE`` and ``DATETIME`` may also be the text
    that ``cell_text`` makes of them, where the database has written it already.
    """

    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    BOOL = "bool"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``label`` is already in the reader's language; ``width`` is in characters.

    ``kind`` may be given as its text (``"percent"``).
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    width: int = 12

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table. Cells stand in the order of ``columns``.

    ``as_of`` is the day the numbers are about (基準日, FY-5). ``notes`` are sentences printed under
    the table. ``total_row`` is None where a sum would mean nothing.

    Raises:
        ValueError: a row has another length than ``columns``, or a key occurs twice.
    """

    title: str
    as_of: date
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    total_row: tuple[Cell, ...] | None = None

    def __post_init__(self) -> None:
        if len({column.key for column in self.columns}) != len(self.columns):
            message = "a column key occurs twice"
            raise ValueError(message)
        rows: Sequence[tuple[Cell, ...]] = self.rows
        if self.total_row is not None:
            rows = (*rows, self.total_row)
        for row in rows:
            if len(row) != len(self.columns):
                message = f"a row of {len(row)} cells in a table of {len(self.columns)} columns"
                raise ValueError(message)

    @property
    def batches(self) -> tuple[Sequence[Sequence[Cell]], ...]:
        """The rows as a ``LongTable`` has them: all in one part, by columns."""
        return (tuple(zip(*self.rows, strict=True)),) if self.rows else ()


@dataclass(frozen=True, slots=True)
class LongTable:
    """A table that is longer than memory: its rows come in parts and can be read once.

    Each part is a sequence of columns of equal length, because databases give and files take
    many rows faster that way.
    """

    title: str
    as_of: date
    columns: tuple[Column, ...]
    batches: Iterable[Sequence[Sequence[Cell]]]
    notes: tuple[str, ...] = ()
    total_row: tuple[Cell, ...] | None = None


def cell_text(value: Cell, kind: Kind) -> str:
    """Return a cell as text for CSV files: machine-readable, the same in every language.

    Dates are ISO (``2026-04-01``), moments are ``2026-04-01 10:42`` in Japanese time, fractions
    are ``87.5%``, other numbers have one decimal as in workbooks, lengths of time are ``h:mm:ss``,
    yes and no are ``○`` and ``×``, None is empty.
    """
    if value is None:
        return ""
    if kind is Kind.BOOL or isinstance(value, bool):
        return "○" if value else "×"
    if isinstance(value, datetime | date):
        return _moment(value)
    if isinstance(value, timedelta) or kind is Kind.DURATION:
        return _duration(value)
    return _number(value, kind) if isinstance(value, int | float) else str(value)


def _moment(value: date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(JST).strftime("%Y-%m-%d %H:%M")
    return value.isoformat()


def _number(value: float, kind: Kind) -> str:
    if kind is Kind.PERCENT:
        return f"{value * 100:.1f}".removesuffix(".0") + "%"
    if isinstance(value, int):
        return str(value)
    # Adding zero takes the sign from a negative zero.
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def _duration(value: Cell) -> str:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if not isinstance(seconds, int | float):
        return str(value)
    text = clock_format(seconds)
    # Spreadsheets read 6:05 as hours and minutes, so the hour is always written.
    return text if text.count(":") == 2 else f"0:{text:0>5}"  # noqa: PLR2004 - h:mm:ss
