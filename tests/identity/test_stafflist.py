"""Lists of staff as offices save them: encodings, columns, and faults with row and column."""

from __future__ import annotations

from datetime import date

import pytest

from lms.core.access import Role
from lms.identity.stafflist import StaffListError, read_staff, read_units
from lms.people.models import EmploymentType

HEAD = "職員番号,氏名,フリガナ,所属コード,採用年月日,メール,任用形態,研修区分,役割,電話"
LINE = "0001234,髙橋 實,タカハシ ミノル,0202,令和,minoru@example.jp,,,,1234"


def staff(*lines: str, head: str = HEAD, encoding: str = "utf-8"):
    return read_staff("\r\n".join([head, *lines, ""]).encode(encoding), "staff.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_usual_encodings_are_read(encoding):
    lines, sheet = staff(
        "0001234,高橋 実,タカハシ ミノル,0202,2020/4/1,m@example.jp,会計年度任用,DX推進リーダー,"
        '"人事、講師",1',
        encoding=encoding,
    )
    (line,) = lines
    assert (line.row, line.staff_no, line.name, line.unit) == (2, "0001234", "高橋 実", "0202")
    assert (line.joined_on, line.tier) == (date(2020, 4, 1), "dx-leader")
    assert line.employment is EmploymentType.FISCAL_YEAR
    assert line.roles == (Role.HR, Role.TRAINER)
    assert (sheet.faults, sheet.left_out) == ([], ("電話",))


def test_full_width_numbers_become_what_is_typed_at_sign_in():
    lines, _sheet = staff("０００１２３４,高橋,タカハシ,０２０２,２０２０年４月１日,,,,,")
    assert (lines[0].staff_no, lines[0].unit) == ("0001234", "0202")
    assert lines[0].joined_on == date(2020, 4, 1)


def test_every_fault_is_named_with_row_and_column():
    _lines, sheet = staff(
        LINE,
        "",
        ",佐藤,サトウ,0202,2026-02-30,sato,派遣,,部長 講師,",
    )
    found = [(fault.row, fault.column) for fault in sheet.faults]
    assert found == [
        (2, "採用年月日"),
        (4, "職員番号"),
        (4, "メール"),
        (4, "採用年月日"),
        (4, "任用形態"),
        (4, "役割"),
    ]
    assert sheet.faults[0].line_in(str) == (
        "staff.csv, row 2, 採用年月日: “令和” is no day. Write 2026-04-01."
    )
    assert "正規" in sheet.faults[4].line_in(str)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (HEAD.encode() + b"\r\n", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a CSV file"),
        ("氏名,フリガナ,所属コード\r\na,b,c\r\n".encode(), "職員番号: This column is missing"),
        ('職員番号,氏名\r\n1,"a\r\n'.encode(), "not a CSV file"),
    ],
)
def test_what_is_no_list_is_refused(content, reason):
    with pytest.raises(StaffListError) as caught:
        read_staff(content, "staff.csv")
    line = caught.value.faults[0].line_in(str)
    assert reason in line
    assert ", :" not in line


def test_departments_are_read_under_their_usual_names():
    text = "コード\t名称\t上位コード\n02\t総務部\t\n0202\t人事課\t02\n"
    lines, sheet = read_units(text.encode("cp932"), "units.tsv")
    assert [(line.code, line.name, line.parent) for line in lines] == [
        ("02", "総務部", ""),
        ("0202", "人事課", "02"),
    ]
    assert sheet.faults == []


def test_cells_that_may_stand_in_the_wrong_column_are_faults():
    _lines, sheet = staff(
        "1,森,モリ,01,x", "2,林,ハヤシ,01,", head="職員番号,氏名,フリガナ,所属コード"
    )
    assert [(fault.row, fault.column) for fault in sheet.faults] == [(2, "5")]
    with pytest.raises(StaffListError) as caught:
        staff("1,森,モリ,01,a@b.jp,", head="職員番号,氏名,フリガナ,所属コード,メール,mail")
    assert "there twice" in caught.value.faults[0].line_in(str)


def test_columns_without_a_name_are_not_spoken_of():
    _lines, sheet = staff("1,森,モリ,01,,", head="職員番号,氏名,フリガナ,所属コード,,電話")
    assert (sheet.faults, sheet.left_out) == ([], ("電話",))
