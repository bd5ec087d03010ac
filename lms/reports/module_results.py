"""How a module is received: what its slides were seen for, and where people stop.

Counts only, for one municipality. The database counts, so that ten thousand learners cost the
same statements as ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.catalog.models import Module, Slide
from lms.learning.models import Enrolment, ModuleProgress, SlideProgress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.catalog.queries import ModuleRow


@dataclass(frozen=True, slots=True)
class SlideResult:
    """One slide of the live version over everybody who opened the module.

    ``median_seconds`` is None where nobody came. ``stopped`` counts people who have not completed
    the module and were last on this slide.
    """

    number: int
    title: str
    seen: int
    share: float
    median_seconds: float | None
    stopped: int


@dataclass(frozen=True, slots=True)
class ModuleResults:
    """A module's people in numbers, and its slides in order."""

    started: int
    completed: int
    slides: tuple[SlideResult, ...]


def module_results(session: Session, module: ModuleRow, *, locale: str) -> ModuleResults:
    """Views, times and drop-off of a module in the session's municipality; four statements.

    Progress is kept by slide key, so slides that live on in the current version bring along what
    people did in earlier ones; slides that are gone are left out.
    """
    started, completed = session.execute(
        _of_learners(
            select(func.count(), func.count(ModuleProgress.completed_at)),
            ModuleProgress,
            module.module_id,
        )
    ).one()
    medians = _medians(session, module.module_id)
    stopped = _stopped(session, module.module_id)
    slides = session.execute(
        select(Slide.key, Slide.title, Slide.content)
        .where(Slide.module_version_id == module.module_version_id)
        .order_by(Slide.position)
    )
    rows = []
    for number, (key, title, content) in enumerate(slides, start=1):
        seen, median = medians.get(key, (0, None))
        rows.append(
            SlideResult(
                number=number,
                title=content.get(locale, {}).get("title") or title,
                seen=seen,
                share=seen / started if started else 0.0,
                median_seconds=median,
                stopped=stopped.get(key, 0),
            )
        )
    return ModuleResults(started, completed, tuple(rows))


def _of_learners(
    columns: Any,  # noqa: ANN401 - a SELECT of any columns
    progress: type[ModuleProgress | SlideProgress],
    module_id: int,
) -> Any:  # noqa: ANN401
    """Narrow a selection of progress to a module, found through the enrolments of its course.

    Progress has no index by module: learners write it all day, reports read it now and then.
    """
    course_id = select(Module.course_id).where(Module.id == module_id).scalar_subquery()
    enrolled = select(Enrolment.id).where(Enrolment.course_id == course_id)
    return columns.where(progress.enrolment_id.in_(enrolled), progress.module_id == module_id)


def _medians(session: Session, module_id: int) -> dict[str, tuple[int, float]]:
    """Slide key to how many have seen it and the median of their seconds.

    The median is the mean of the one or two values in the middle of the sorted row; both
    databases number rows, while only one of them knows ``percentile_cont``.
    """
    key, seconds = SlideProgress.slide_key, SlideProgress.seconds
    place = func.row_number().over(partition_by=key, order_by=(seconds, SlideProgress.id))
    count = func.count().over(partition_by=key)
    ranked = _of_learners(
        select(
            key.label("key"),
            seconds.label("seconds"),
            place.label("place"),
            count.label("count"),
        ),
        SlideProgress,
        module_id,
    ).subquery()
    middle = select(ranked.c.key, func.max(ranked.c.count), func.avg(ranked.c.seconds)).where(
        ranked.c.place * 2 >= ranked.c.count, ranked.c.place * 2 <= ranked.c.count + 2
    )
    rows = session.execute(middle.group_by(ranked.c.key))
    return {slide: (seen, float(median)) for slide, seen, median in rows}


def _stopped(session: Session, module_id: int) -> dict[str, int]:
    """Slide key to the people who are not done and were there last."""
    rows = session.execute(
        _of_learners(select(ModuleProgress.slide_key, func.count()), ModuleProgress, module_id)
        .where(ModuleProgress.completed_at.is_(None))
        .group_by(ModuleProgress.slide_key)
    )
    return {key: count for key, count in rows}  # noqa: C416 - rows are no pairs for mypy
