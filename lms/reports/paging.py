"""Links of a paged and sorted list, as the templates want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.core.i18n import gettext as _
from lms.reports.filters import CHOICES, EMPLOYMENT_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lms.catalog.queries import CourseRow
    from lms.people.queries import UnitRow
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


@dataclass(frozen=True, slots=True)
class FilterChips:
    """What ``chips`` of ``ui/filters.html`` shows; ``clear`` keeps the order of the rows."""

    items: list[dict[str, str]]
    clear: str


def filter_chips(
    wanted: ReportFilter,
    *,
    units: Iterable[UnitRow],
    courses: Iterable[CourseRow],
    tiers: Mapping[str, str],
) -> FilterChips:
    """The filters that are on, each with the address of the same list without it.

    ``tiers`` is the title of each tier by its code.
    """
    unit = {each.public_id: each.name for each in units}.get(wanted.unit, wanted.unit)
    course = {each.public_id: each.title for each in courses}.get(wanted.course, wanted.course)
    employment = _(EMPLOYMENT_LABELS[wanted.employment]) if wanted.employment else ""
    named = (
        ("search", _("Searched for"), wanted.search),
        ("unit", _("Department"), unit),
        ("course", _("Course"), course),
        ("state", _("State"), _(CHOICES[wanted.state]) if wanted.state else ""),
        ("tier", _("Tier"), tiers.get(wanted.tier, wanted.tier)),
        ("employment", _("Employment"), employment),
    )
    items = [
        {
            "label": _("%(what)s: %(value)s", what=what, value=value),
            "remove_url": f"?{wanted.query(page=1, **{key: ''})}",
        }
        for key, what, value in named
        if value
    ]
    return FilterChips(
        items, f"?{wanted.query(page=1, **{key: '' for key, _what, _value in named})}"
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
