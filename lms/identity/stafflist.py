"""Lists of departments and staff as CSV: what offices export, read cell by cell.

Columns may stand in any order and under Japanese or English names; those that are not known are
left out. Every fault is named with its row and column, all of them at once.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, TypeVar

from lms.core.access import Role
from lms.kernel.messages import N_
from lms.kernel.result import DomainError
from lms.kernel.text import decode_office, folded, narrow
from lms.people.models import EmploymentType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

STAFF_COLUMNS = {
    "staff_no": ("職員番号", "staff_no"),
    "name": ("氏名", "name"),
    "kana": ("フリガナ", "カナ", "氏名カナ", "kana"),
    "unit": ("所属コード", "unit"),
    "joined_on": ("採用年月日", "採用日", "joined_on"),
    "mail": ("メールアドレス", "メール", "mail"),
    "rank": ("職名", "職位", "役職", "rank"),
    "job_type": ("職種", "job_type"),
    "employment": ("任用形態", "職員区分", "employment"),
    "tier": ("研修区分", "tier"),
    "roles": ("役割", "roles"),
}
"""Key of a column to the names it may have, the usual one first."""
UNIT_COLUMNS = {
    "code": ("所属コード", "コード", "code"),
    "name": ("所属名", "名称", "name"),
    "name_en": ("英語名", "name_en"),
    "parent": ("上位所属コード", "上位コード", "parent"),
}
ROLES = {
    "所属長": Role.UNIT_HEAD,
    "講師": Role.TRAINER,
    "人事": Role.HR,
    "監査": Role.AUDITOR,
    "管理者": Role.TENANT_ADMIN,
    **{role.value: role for role in Role if role is not Role.EMPLOYEE},
}
EMPLOYMENT = {
    "正規": EmploymentType.REGULAR,
    "再任用": EmploymentType.REAPPOINTED,
    "任期付": EmploymentType.FIXED_TERM,
    "会計年度任用": EmploymentType.FISCAL_YEAR,
    "会計年度任用職員": EmploymentType.FISCAL_YEAR,
    "臨時": EmploymentType.TEMPORARY,
    "委託": EmploymentType.CONTRACTOR,
    **{kind.value: kind for kind in EmploymentType},
}
TIERS = {
    "一般職員": "general",
    "DX推進リーダー": "dx-leader",
    "デジタルエキスパート": "expert",
    **{code: code for code in ("general", "dx-leader", "expert")},
}
T = TypeVar("T")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_BETWEEN = re.compile(r"[、,;/・\s]+")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a cell; ``row`` counts as spreadsheets do, the header is row 1.

    Without a row it is what somebody typed, and ``column`` is the name they typed it under.
    """

    file: str
    row: int
    column: str
    message: str
    values: tuple[tuple[str, object], ...] = ()

    def line_in(self, translate: Callable[[str], str]) -> str:
        """The fault with its place, in a language."""
        why = (
            translate(self.message) % dict(self.values) if self.values else translate(self.message)
        )
        if not self.row:
            return f"{self.column}: {why}"
        named = N_("%(file)s, row %(row)s, %(column)s")
        place = translate(named if self.column else N_("%(file)s, row %(row)s"))
        values = {"file": self.file, "row": self.row, "column": self.column}
        return f"{place % values}: {why}"


class StaffListError(DomainError):
    """A list has faults, so nothing was taken from it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            "people.list",
            "Nothing was loaded. Faults: %(count)s. Correct them and load again.",
            count=len(faults),
        )
        self.faults = faults


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A department of the list."""

    row: int
    code: str
    name: str
    name_en: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A person of the list; without a day of joining, the day of loading is meant."""

    row: int
    staff_no: str
    name: str
    kana: str
    unit: str
    joined_on: date | None = None
    mail: str = ""
    rank: str = ""
    job_type: str = ""
    employment: EmploymentType = EmploymentType.REGULAR
    tier: str = "general"
    roles: tuple[Role, ...] = ()


@dataclass(slots=True)
class Sheet:
    """The cells of a list under the keys of their columns, and the faults found so far."""

    file: str
    names: dict[str, str]
    """Key of each column that is there to the name it has in this file."""
    rows: list[tuple[int, dict[str, str]]]
    left_out: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, key: str, message: str, **values: object) -> None:
        """Note what is wrong in a cell."""
        column = self.names.get(key, key)
        self.faults.append(Fault(self.file, row, column, message, tuple(values.items())))

    def in_order(self) -> list[Fault]:
        """The faults as somebody meets them who goes through the file."""
        places = {column: place for place, column in enumerate(self.names.values())}
        return sorted(self.faults, key=lambda each: (each.row, places.get(each.column, -1)))

    def need(self, row: int, cells: Mapping[str, str], *keys: str) -> None:
        """Note the cells that are empty although they must not be."""
        for key in keys:
            if not cells.get(key):
                self.fault(row, key, N_("This is empty."))


def read_units(content: bytes, file: str) -> tuple[list[UnitLine], Sheet]:
    """The departments of a CSV file; faults are noted in the sheet.

    Raises:
        StaffListError: it is no CSV file, or a column is missing.
    """
    sheet = _sheet(content, file, UNIT_COLUMNS, needed=("code", "name"))
    lines = []
    for row, cells in sheet.rows:
        sheet.need(row, cells, "code", "name")
        lines.append(
            UnitLine(
                row,
                code=narrow(cells["code"]),
                name=cells["name"],
                name_en=cells.get("name_en", ""),
                parent=narrow(cells.get("parent", "")),
            )
        )
    return lines, sheet


def read_staff(content: bytes, file: str) -> tuple[list[StaffLine], Sheet]:
    """The people of a CSV file; faults are noted in the sheet.

    Raises:
        StaffListError: it is no CSV file, or a column is missing.
    """
    sheet = _sheet(content, file, STAFF_COLUMNS, needed=("staff_no", "name", "kana", "unit"))
    return [_staff_line(sheet, row, cells) for row, cells in sheet.rows], sheet


def read_person(cells: Mapping[str, str], names: Mapping[str, str]) -> StaffLine:
    """One person as an operator typed it, read and checked like a row of a list.

    Args:
        cells: the words under the keys of ``STAFF_COLUMNS``, and others that need be one line.
        names: key of each to the name it was typed under.

    Raises:
        StaffListError: some of it cannot be used.
    """
    sheet = Sheet("", dict(names), [])
    typed = {key: text.strip() for key, text in cells.items()}
    for key, text in typed.items():
        _check_line(sheet, 0, key, text)
    line = _staff_line(sheet, 0, typed)
    if sheet.faults:
        raise StaffListError(sheet.faults)
    return line


def _staff_line(sheet: Sheet, row: int, cells: Mapping[str, str]) -> StaffLine:
    sheet.need(row, cells, "staff_no", "name", "kana", "unit")
    mail = narrow(cells.get("mail", ""))
    if mail and not _MAIL.fullmatch(mail):
        sheet.fault(row, "mail", N_("“%(text)s” is no mail address."), text=mail)
    return StaffLine(
        row,
        staff_no=narrow(cells["staff_no"]),
        name=cells["name"],
        kana=cells["kana"],
        unit=narrow(cells["unit"]),
        joined_on=_day(sheet, row, cells.get("joined_on", "")),
        mail=mail,
        rank=cells.get("rank", ""),
        job_type=cells.get("job_type", ""),
        employment=_one_of(sheet, row, "employment", cells, EMPLOYMENT) or EmploymentType.REGULAR,
        tier=_one_of(sheet, row, "tier", cells, TIERS) or "general",
        roles=tuple(_roles(sheet, row, cells.get("roles", ""))),
    )


def _day(sheet: Sheet, row: int, text: str) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    if found:
        with suppress(ValueError):
            return date(*map(int, found.groups()))
    sheet.fault(row, "joined_on", N_("“%(text)s” is no day. Write 2026-04-01."), text=text)
    return None


def _one_of(
    sheet: Sheet, row: int, key: str, cells: Mapping[str, str], known: Mapping[str, T]
) -> T | None:
    text = cells.get(key, "")
    if not text:
        return None
    found = {folded(word): value for word, value in known.items()}.get(folded(text))
    if found is None:
        words = ", ".join(known)
        sheet.fault(
            row, key, N_("“%(text)s” is not known. There are: %(known)s."), text=text, known=words
        )
    return found


def _roles(sheet: Sheet, row: int, text: str) -> Iterator[Role]:
    for word in filter(None, _BETWEEN.split(unicodedata.normalize("NFKC", text))):
        found = _one_of(sheet, row, "roles", {"roles": word}, ROLES)
        if found is not None:
            yield found


def _sheet(
    content: bytes, file: str, known: Mapping[str, tuple[str, ...]], *, needed: tuple[str, ...]
) -> Sheet:
    try:
        text = decode_office(content)
        head = text.partition("\n")[0]
        reader = csv.reader(StringIO(text), delimiter="\t" if "\t" in head else ",", strict=True)
        table = [[cell.strip() for cell in line] for line in reader]
    except (ValueError, csv.Error):
        why = N_(
            "This is not a CSV file. Save it as CSV (UTF-8 or Shift_JIS) from the spreadsheet."
        )
        raise StaffListError([Fault(file, 1, "", why)]) from None
    if not table:
        raise StaffListError([Fault(file, 1, "", N_("The file is empty."))])
    keys = {folded(name): key for key, names in known.items() for name in names}
    places = {place: keys.get(folded(name)) for place, name in enumerate(table[0])}
    sheet = Sheet(
        file,
        names={key: table[0][place] for place, key in places.items() if key},
        rows=[],
        left_out=tuple(
            table[0][place] for place, key in places.items() if table[0][place] and not key
        ),
    )
    _check_columns(sheet, places.values(), known, needed)
    for row, line in enumerate(table[1:], start=2):
        if any(line):
            sheet.rows.append((row, _cells(sheet, row, line, places)))
    if not sheet.rows:
        raise StaffListError([Fault(file, 2, "", N_("The file is empty."))])
    return sheet


def _check_columns(
    sheet: Sheet,
    found: Iterable[str | None],
    known: Mapping[str, tuple[str, ...]],
    needed: tuple[str, ...],
) -> None:
    for key, count in Counter(filter(None, found)).items():
        if count > 1:
            sheet.fault(1, key, N_("This column is there twice."))
    for key in needed:
        if key not in sheet.names:
            sheet.names[key] = known[key][0]
            sheet.fault(1, key, N_("This column is missing."))
    if sheet.faults:
        raise StaffListError(sheet.faults)


def _cells(
    sheet: Sheet, row: int, line: list[str], places: Mapping[int, str | None]
) -> dict[str, str]:
    """The cells of a line under the keys of their columns; a short line ends with empty ones."""
    cells = dict.fromkeys(sheet.names, "")
    if any(line[len(places) :]):
        # A comma nobody quoted has moved the cells after it under the wrong columns.
        why = N_("This row has more cells than columns. A comma within a cell needs quotes.")
        sheet.faults.append(Fault(sheet.file, row, str(len(places) + 1), why))
    for text, key in zip(line, places.values(), strict=False):
        if key:
            cells[key] = text
            _check_line(sheet, row, key, text)
    return cells


def _check_line(sheet: Sheet, row: int, key: str, text: str) -> None:
    if len(text) > _LONGEST or not text.isprintable():
        sheet.fault(row, key, N_("One line of at most %(most)s characters."), most=_LONGEST)
