"""Tables as CSV: encodings, replaced characters and formulas."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.csvout import CsvEncoding, CsvWriter, ReplacedCell, guard_formula
from lms.kernel.tables import Cell, Column, Kind, Table, cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = date(2026, 4, 1)


def table(*rows: tuple[Cell, ...], **more: object) -> Table:
    columns = (Column("staff_no", "職員番号"), Column("name", "氏名"))
    return Table("一覧", DAY, columns, rows, **more)  # type: ignore[arg-type]


class Written(NamedTuple):
    data: bytes
    replaced: tuple[ReplacedCell, ...]


def write_csv(
    table: Table,
    *,
    encoding: CsvEncoding = CsvEncoding.UTF8_BOM,
    replacements: Mapping[str, str] | None = None,
) -> Written:
    writer = CsvWriter(table.columns, encoding, replacements or {})
    data = writer.header() + writer.rows(table.rows)
    return Written(data, tuple(writer.replaced))


def test_utf8_has_a_bom_crlf_and_leading_zeros() -> None:
    file = write_csv(table(("0012345", "髙橋 結衣")))
    assert file.data == "\ufeff職員番号,氏名\r\n0012345,髙橋 結衣\r\n".encode()
    assert not file.replaced


def test_cp932_keeps_what_it_has() -> None:
    names = ["髙橋", "山﨑", "德永", "濵田", "栁沢", "瀨戸", "渡邉", "①㈱～－"]
    file = write_csv(table(*(("1", name) for name in names)), encoding=CsvEncoding.CP932)
    assert not file.replaced
    rows = csv.reader(io.StringIO(file.data.decode("cp932")))
    assert [name for _number, name in rows][1:] == names


def test_cp932_replaces_and_lists_what_it_lacks() -> None:
    rows = (("1", "𠮷田 颯太"), ("2", "𣘺本 葵"), ("3", "葛\U000e0100城 陸"), ("4", "か\u3099"))
    file = write_csv(table(*rows), encoding=CsvEncoding.CP932, replacements={"𠮷": "吉"})
    assert file.data.decode("cp932").split("\r\n")[1:5] == [
        "1,吉田 颯太",
        "2,〓本 葵",
        "3,葛城 陸",
        "4,が",
    ]
    assert file.replaced == (
        ReplacedCell(2, "氏名", "𠮷田 颯太", "吉田 颯太"),
        ReplacedCell(3, "氏名", "𣘺本 葵", "〓本 葵"),
        ReplacedCell(4, "氏名", "葛\U000e0100城 陸", "葛城 陸"),
        ReplacedCell(5, "氏名", "か\u3099", "が"),
    )


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=20))
def test_every_text_can_be_written_and_read(text: str) -> None:
    for encoding in CsvEncoding:
        data = write_csv(table(("1", text)), encoding=encoding).data
        if "\0" not in text:
            cells = list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
            assert len(cells[1]) == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_texts_are_guarded_against_formulas(start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    assert guard_formula(evil) == f"'{evil}"
    title = Column("a", evil)
    data = write_csv(Table(evil, DAY, (title,), ((evil,),))).data
    rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if row]
    assert all(row[0].startswith("'") for row in rows)
    assert len(rows) == 2


ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.sampled_from(["=1", "𠮷", "あ", "-", "１", "か\u3099"]),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)


@given(
    st.lists(st.tuples(ANYTHING, ANYTHING), max_size=9),
    st.tuples(st.sampled_from(Kind), st.sampled_from(Kind)),
    st.sampled_from(CsvEncoding),
    st.integers(1, 4),
)
def test_parts_make_the_file_that_single_cells_make(rows, kinds, encoding, step) -> None:
    """What is formatted once for many cells must be what each cell would be by itself."""
    columns = (Column("a", "甲", kinds[0]), Column("b", "乙𠮷", kinds[1]))
    writer = CsvWriter(columns, encoding)
    data = writer.header()
    for start in range(0, len(rows), step):
        data += writer.rows(rows[start : start + step])
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([_held("甲", encoding), _held("乙𠮷", encoding)])
    for row in rows:
        lines.writerow(
            [_held(_safe(cell, kind), encoding) for cell, kind in zip(row, kinds, strict=True)]
        )
    assert data == out.getvalue().encode(encoding)
    assert data == write_csv(Table("t", DAY, columns, tuple(rows)), encoding=encoding).data


def _safe(cell: Cell, kind: Kind) -> str:
    return guard_formula(cell) if isinstance(cell, str) else cell_text(cell, kind)


def _held(text: str, encoding: CsvEncoding) -> str:
    """A text as the encoding holds it, told letter by letter."""

    def fits(one: str) -> bool:
        return one.encode(encoding, "ignore").decode(encoding) == one

    if fits(text):
        return text
    letters = unicodedata.normalize("NFC", text)
    return "".join(
        one if fits(one) else "" if unicodedata.category(one) in {"Mn", "Cf"} else "〓"
        for one in letters
    )


@pytest.mark.parametrize("invisible", ["\u200b", "\u200e", "\ufeff", "\u0301"])
def test_no_formula_appears_where_a_character_goes(invisible: str) -> None:
    text = f'{invisible}=HYPERLINK("http://example.jp")'
    file = write_csv(table(("1", text)), encoding=CsvEncoding.CP932)
    _header, row = csv.reader(io.StringIO(file.data.decode("cp932")))
    assert row[1].startswith("'=")
    assert file.replaced[0].written == row[1]


def test_numbers_are_not_guarded() -> None:
    columns = (Column("change", "増減", Kind.INT),)
    assert b"\r\n-5\r\n" in write_csv(Table("t", DAY, columns, ((-5,),))).data


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, Kind.INT, ""),
        ("00123", Kind.TEXT, "00123"),
        (1200, Kind.INT, "1200"),
        (94.46315789, Kind.FLOAT, "94.5"),
        (80.0, Kind.FLOAT, "80"),
        (-0.04, Kind.FLOAT, "0"),
        (0.875, Kind.PERCENT, "87.5%"),
        (1, Kind.PERCENT, "100%"),
        (DAY, Kind.DATE, "2026-04-01"),
        (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), Kind.DATETIME, "2026-04-01 00:30"),
        (True, Kind.BOOL, "○"),
        (False, Kind.BOOL, "×"),
        (365, Kind.DURATION, "0:06:05"),
        (timedelta(hours=2), Kind.DURATION, "2:00:00"),
        ("未", Kind.DURATION, "未"),
    ],
)
def test_cells_as_text(value: Cell, kind: Kind, text: str) -> None:
    assert cell_text(value, kind) == text


def test_a_table_keeps_its_shape() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells in a table of 2"):
        table(("1",))
    with pytest.raises(ValueError, match="a row of 3 cells"):
        table(total_row=("1", "2", "3"))
    with pytest.raises(ValueError, match="twice"):
        Table("t", DAY, (Column("a", "x"), Column("a", "y")), ())
    assert Column("a", "x", "percent").kind is Kind.PERCENT  # type: ignore[arg-type]
