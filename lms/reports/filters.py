"""What a report is asked for: read from the address, so that a link shows the same rows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

SORTS = ("unit", "name", "staff_no", "course", "due", "state", "score", "completed")
PAGE_SIZES = (25, 50, 100, 200)
SOON_DAYS = 14
"""「期限14日以内」: the window in which HR wants to know who is not certified yet."""


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Filters, order and page of the people report. Ids are public ids; empty means all."""

    unit: str = ""
    course: str = ""
    state: str = ""
    """A ``DutyState``, ``open`` (neither completed nor out of scope) or ``soon``."""
    search: str = ""
    tier: str = ""
    employment: str = ""
    """A key of ``EMPLOYMENT_LABELS``."""
    sort: str = "unit"
    descending: bool = False
    page: int = 1
    size: int = 50

    def query(self, **changes: object) -> str:
        """The address's query string, with changes; what is standard is left out."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        standard = ReportFilter()
        values = {
            f.name: getattr(other, f.name)
            for f in fields(ReportFilter)
            if getattr(other, f.name) != getattr(standard, f.name)
        }
        if "descending" in values:
            values["descending"] = "1"
        return urlencode(values)


STATE_LABELS = {
    "not_started": "Not started",
    "in_progress": "In progress",
    "completed": "Completed",
    "overdue": "Overdue",
    "out_of_scope": "Out of scope",
}
"""English message ids of the duty states."""
OPEN_LABELS = {"open": "Not completed", "soon": "Not completed, due within 14 days"}
"""English message ids of what is asked for beside them."""
CHOICES = {**OPEN_LABELS, **STATE_LABELS}
"""Everything that can be asked for, as the form offers it."""
EMPLOYMENT_LABELS = {
    "regular": "Permanent",
    "reappointed": "Reappointed",
    "fixed-term": "Fixed term",
    "fiscal-year": "Appointed for the fiscal year",
    "temporary": "Temporary",
    "contractor": "Agency or contractor",
}
"""English message ids of ``people.models.EmploymentType``."""


def read_filter(args: Mapping[str, str]) -> ReportFilter:
    """A filter from an address; what cannot be understood is left at its standard."""
    state = args.get("state", "")
    employment = args.get("employment", "")
    sort = args.get("sort", "")
    return ReportFilter(
        unit=args.get("unit", "")[:40],
        course=args.get("course", "")[:40],
        state=state if state in CHOICES else "",
        search=args.get("search", "").strip()[:100],
        tier=args.get("tier", "")[:40],
        employment=employment if employment in EMPLOYMENT_LABELS else "",
        sort=sort if sort in SORTS else "unit",
        descending=args.get("descending", "") in {"1", "true", "True"},
        page=_number(args.get("page", ""), 1, 1_000_000),
        size=_size(args.get("size", "")),
    )


def _number(text: str, low: int, high: int) -> int:
    return min(max(int(text), low), high) if text.isascii() and text.isdigit() else low


def _size(text: str) -> int:
    value = _number(text, 0, 1000)
    return value if value in PAGE_SIZES else 50


@dataclass(frozen=True, slots=True)
class PageOf:
    """Where a page lies in all rows."""

    total: int
    page: int
    size: int
    pages: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pages", max(1, -(-self.total // self.size)))

    @property
    def first(self) -> int:
        """Number of the first row shown, 0 when there is none."""
        return (self.page - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.page * self.size, self.total)
