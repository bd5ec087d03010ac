"""The projections made again from what was stored for good: events, answers and attempts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from lms.catalog.models import Module, ModuleVersion
from lms.core.tenancy import tenant_of
from lms.learning import rules, standing
from lms.learning.completion import complete_module, settle_course
from lms.learning.models import Launch, ModuleProgress, ProgressEvent, SlideProgress
from lms.learning.projections import lock_clock, slide_keys
from lms.learning.rules import Observation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.learning.models import Enrolment
    from lms.learning.rules import SlideView, TickKind


@dataclass(frozen=True, slots=True)
class _Past:
    """Everything that happened in one module."""

    module_version_id: int
    opened_at: datetime
    observations: tuple[Observation, ...]
    taken_at: Mapping[str, datetime]
    """Slide key to when the server first heard of it."""


def rebuild(session: Session, enrolment: Enrolment, *, actor: Actor) -> None:
    """Make the viewing history and the progress of an enrolment again from its events.

    What was completed or passed keeps its date; a module whose rules turn out to be met is
    completed with the date on which the last of them was.
    """
    lock_clock(session, enrolment.employee_id)
    past = _past(session, enrolment)
    # A history without launches was brought along from elsewhere and cannot be made again.
    session.execute(
        delete(SlideProgress).where(
            SlideProgress.enrolment_id == enrolment.id, SlideProgress.module_id.in_(past)
        )
    )
    rows = [
        _slide_row(session, enrolment, module_id, key, view)
        for module_id, what in past.items()
        for key, view in rules.slide_views(what.observations).items()
    ]
    if rows:
        session.execute(insert(SlideProgress), rows)
    met = []
    for module_id, what in past.items():
        progress, met_at = _rebuild_module(session, enrolment, module_id, what)
        if met_at is not None:
            met.append((met_at, module_id, progress))
    for met_at, module_id, progress in sorted(met, key=lambda each: each[:2]):
        progress.completed_at = met_at
        session.flush()  # The course is settled from the rows.
        complete_module(session, enrolment.id, module_id, actor=actor, now=met_at)
    session.flush()  # As above.
    latest = max((p.last_at for p in _progress(session, enrolment).values()), default=None)
    if latest is not None:
        settle_course(session, enrolment, actor=actor, now=latest)


def _past(session: Session, enrolment: Enrolment) -> dict[int, _Past]:
    launches = session.scalars(
        select(Launch).where(Launch.enrolment_id == enrolment.id).order_by(Launch.id)
    ).all()
    events = session.scalars(
        select(ProgressEvent)
        .where(ProgressEvent.launch_id.in_([launch.id for launch in launches]))
        .order_by(ProgressEvent.id)
    ).all()
    found = {}
    for module_id in {launch.module_id for launch in launches}:
        mine = [launch for launch in launches if launch.module_id == module_id]
        ids = {launch.id for launch in mine}
        told = [event for event in events if event.launch_id in ids]
        found[module_id] = _Past(
            module_version_id=mine[-1].module_version_id,
            opened_at=mine[0].opened_at,
            observations=tuple(_observation(event) for event in told),
            taken_at=_taken(told),
        )
    return found


def _observation(event: ProgressEvent) -> Observation:
    kind = rules.BeatKind(event.kind)
    return rules.Observation(event.slide_key, kind, event.position, event.seconds, event.seen_at)


def _taken(events: Iterable[ProgressEvent]) -> dict[str, datetime]:
    taken: dict[str, datetime] = {}
    for event in events:
        taken[event.slide_key] = min(taken.get(event.slide_key, event.at), event.at)
    return taken


def _slide_row(
    session: Session, enrolment: Enrolment, module_id: int, key: str, view: SlideView
) -> dict[str, object]:
    return {
        "tenant_id": tenant_of(session),
        "enrolment_id": enrolment.id,
        "module_id": module_id,
        "slide_key": key,
        "first_seen_at": view.first_seen_at,
        "last_seen_at": view.last_seen_at,
        "seconds": view.seconds,
        "times": view.times,
        "ended": view.ended,
    }


def _progress(session: Session, enrolment: Enrolment) -> dict[int, ModuleProgress]:
    rows = session.scalars(
        select(ModuleProgress)
        .where(ModuleProgress.enrolment_id == enrolment.id)
        .execution_options(populate_existing=True)
    )
    return {row.module_id: row for row in rows}


def _rebuild_module(
    session: Session, enrolment: Enrolment, module_id: int, past: _Past
) -> tuple[ModuleProgress, datetime | None]:
    """Bring the row up to date; also when its rules were met, if that is not known yet."""
    progress = _progress(session, enrolment).get(module_id)
    if progress is None:
        progress = ModuleProgress(
            enrolment_id=enrolment.id,
            module_id=module_id,
            module_version_id=past.module_version_id,
            started_at=past.opened_at,
            last_at=past.opened_at,
        )
        session.add(progress)
    last = rules.latest(past.observations)
    quiz_id = session.scalar(select(Module.final_quiz_id).where(Module.id == module_id))
    tests = standing.tests_of(session, quiz_id, enrolment.employee_id)
    if last is not None:
        progress.slide_key, progress.position = last.slide, last.position
    moments = [past.opened_at, last.seen_at if last else None, tests.last_at]
    progress.last_at = max(moment for moment in moments if moment is not None)
    progress.seconds = sum(each.seconds for each in past.observations)
    progress.score, progress.attempts = tests.score, tests.attempts
    progress.passed_at = progress.passed_at or tests.passed_at
    standing.count(session, progress, employee_id=enrolment.employee_id)
    ticks = standing.ticks(session, progress)
    if progress.completed_at is not None or not rules.is_complete(ticks):
        return progress, None
    met = _met(session, progress, past, employee_id=enrolment.employee_id)
    return progress, max(met[tick.kind] for tick in ticks)


def _met(
    session: Session, progress: ModuleProgress, past: _Past, *, employee_id: int
) -> dict[TickKind, datetime]:
    """When each rule was met, for a module that meets them."""
    version = session.get_one(ModuleVersion, progress.module_version_id)
    given = standing.answers_of(session, version.checks_quiz_version_id, employee_id)
    slides = slide_keys(session, version.id)
    kinds = rules.TickKind
    return {
        kinds.SLIDES: max((past.taken_at[key] for key in slides), default=past.opened_at),
        kinds.CHECKS: max((at for at, _ in given.checks.values()), default=past.opened_at),
        kinds.SURVEYS: max(given.surveys.values(), default=past.opened_at),
        kinds.QUIZ: progress.passed_at or past.opened_at,
    }
