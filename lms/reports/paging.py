"""Links of a paged and sorted list, as the templates want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.core.i18n import gettext as _

if TYPE_CHECKING:
    from lms.reports.filters import PageOf, ReportFilter

NEAR = 2
"""Page numbers shown on each side of the current one."""

_COLUMNS = (
    ("name", "Name", False),
    ("unit", "Department", False),
    ("course", "Course", False),
    ("due", "Due date", False),
    ("state", "State", False),
    ("score", "Score", True),
    ("completed", "Completed on", False),
)


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What ``ui/pager.html`` shows."""

    pages: list[dict[str, Any] | None]
    previous: str
    next: str


def page_links(wanted: ReportFilter, shown: PageOf) -> PageLinks:
    """First, last and the pages around the current one; None for a gap."""
    near = range(max(1, shown.page - NEAR), min(shown.pages, shown.page + NEAR) + 1)
    numbers = sorted({1, shown.pages, *near})
    pages: list[dict[str, Any] | None] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number - before > 1 and before:
            pages.append(None)
        pages.append(
            {
                "label": str(number),
                "url": f"?{wanted.query(page=number)}",
                "current": number == shown.page,
            }
        )
    return PageLinks(
        pages=pages,
        previous=f"?{wanted.query(page=shown.page - 1)}" if shown.page > 1 else "",
        next=f"?{wanted.query(page=shown.page + 1)}" if shown.page < shown.pages else "",
    )


def sort_columns(wanted: ReportFilter) -> list[dict[str, Any]]:
    """The heads of the people list with their sort links."""
    heads = []
    for key, label, numeric in _COLUMNS:
        current = wanted.sort == key
        turn = current and not wanted.descending
        heads.append(
            {
                "label": _(label),
                "numeric": numeric,
                "sort_url": f"?{wanted.query(sort=key, descending=turn, page=1)}",
                "sorted": ("descending" if wanted.descending else "ascending") if current else "",
            }
        )
    return heads
