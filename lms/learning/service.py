"""Writes of learning: enrol, open a module, record what was seen.

A beat is counted once by (launch, seq), whatever is sent twice, late or out of order. Each public
function that changes progress locks the person's clock first, so the requests of one person are
taken one after another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.core.access import system_actor
from lms.core.db.dialect import insert_or_ignore
from lms.core.tenancy import tenant_of
from lms.kernel.messages import N_
from lms.kernel.result import DomainError, ForbiddenError, NotFoundError
from lms.learning import projections, rules, standing
from lms.learning.access import (
    AnyCourse,
    closed_module,
    followed_module,
)
from lms.learning.completion import complete_module, settle_course
from lms.learning.models import Enrolment, ModuleProgress, ProgressEvent
from lms.learning.opening import Ticket, enrol, follow, open_module
from lms.learning.projections import Place, lock_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.assessment.events import AttemptGraded
    from lms.core.access import Actor

MAX_READING = 600.0
"""Seconds one slide of the text edition may claim between two presses of the button."""


@dataclass(frozen=True, slots=True)
class BeatResult:
    """What the player is told: everything up to ``acked_seq`` is stored.

    ``opened`` is the module version that this message opened, whose speech is wanted soon.
    """

    saved_at: datetime
    acked_seq: int
    ticks: tuple[rules.Tick, ...]
    completed: bool
    opened: int | None = None


def take_beats(
    session: Session, ticket: Ticket, beats: Sequence[rules.Beat], *, actor: Actor, now: datetime
) -> BeatResult:
    """Store beats of an open page and bring everything they mean up to date.

    Args:
        session: the caller's transaction.
        ticket: what the page carries; the first message of a page opens its launch.
        beats: from ``rules.read_beats``.
        actor: the learner.
        now: by the server's clock.

    Raises:
        NotFoundError: the launch is not this person's.
        ForbiddenError: this person may not take the course.
        DomainError: ``beat.slide``, the module has no such slide; nothing is stored.
    """
    place, opened = reach(session, ticket, actor=actor, now=now)
    result = _record(session, place, beats, actor=actor, now=now)
    return replace(result, opened=place.launch_version_id) if opened else result


def mark_read(
    session: Session, ticket: Ticket, slide: str, *, actor: Actor, now: datetime
) -> BeatResult:
    """A slide was read to its end in the text edition: the same credit as listening.

    The time since the person's last accounted moment counts, at most ``MAX_READING`` seconds.
    """
    place, opened = reach(session, ticket, actor=actor, now=now)
    since = max(place.clock or place.opened_at, place.opened_at)
    claim = min(max((now - since).total_seconds(), 0.0), MAX_READING)
    beats = [
        rules.Beat(place.last_seq + 1, slide, rules.BeatKind.SLIDE),
        rules.Beat(place.last_seq + 2, slide, rules.BeatKind.END, seconds=claim),
    ]
    result = _record(session, place, beats, actor=actor, now=now)
    return replace(result, opened=place.launch_version_id) if opened else result


def reach(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> tuple[Place, bool]:
    """Lock the person's clock and load where a page's messages go; True when it opened the launch.

    Raises:
        NotFoundError: the launch is not this person's.
        ForbiddenError: this person may not take the course.
    """
    clock = lock_clock(session, _employee_id(actor))
    place, opened = projections.find_place(session, ticket.launch_id, clock), False
    if place is None:
        ticket = replace(ticket, opened_at=min(ticket.opened_at, now))
        open_module(session, ticket, employee_id=_employee_id(actor), now=now)
        place, opened = projections.find_place(session, ticket.launch_id, clock), True
    if place is None or place.employee_id != actor.employee_id:
        raise NotFoundError(ticket.launch_id)
    return place, opened


def _employee_id(actor: Actor) -> int:
    if actor.employee_id is None:
        raise ForbiddenError("learning")
    return actor.employee_id


def _record(
    session: Session,
    place: Place,
    beats: Sequence[rules.Beat],
    *,
    actor: Actor,
    now: datetime,
) -> BeatResult:
    _check_slides(session, place, beats)
    fresh = _unknown(session, place, beats)
    state, completed = place.state, place.completed_at is not None
    policy = rules.completion_policy(place.policy)
    ticks = rules.module_ticks(policy, state)
    if fresh:
        credit = rules.credit(
            [beat.seconds for beat in fresh], clock=place.clock, opened_at=place.opened_at, now=now
        )
        seen = [
            rules.Observation(
                beat.slide,
                beat.kind,
                beat.position,
                seconds,
                rules.seen_at(beat, opened_at=place.opened_at, now=now),
            )
            for beat, seconds in zip(fresh, credit.seconds, strict=True)
        ]
        _store(session, place, fresh, seen, now)
        views = rules.slide_views(seen)
        projections.add_views(session, place, views)
        slides_seen = len(place.slides & (place.seen | views.keys()))
        if slides_seen != state.slides_seen:
            state = replace(state, slides_seen=slides_seen)
            ticks = rules.module_ticks(policy, state)
        newly = not completed and rules.is_complete(ticks)
        projections.update_progress(
            session, place, seen, state, credit.total, completed_at=now if newly else None
        )
        projections.move_clock(session, place.employee_id, credit.clock)
        if newly:
            completed = True
            complete_module(session, place.enrolment_id, place.module_id, actor=actor, now=now)
    return BeatResult(now, max(beat.seq for beat in beats), ticks, completed)


def _check_slides(session: Session, place: Place, beats: Sequence[rules.Beat]) -> None:
    named = {beat.slide for beat in beats}
    if named <= place.slides:
        return
    shown = projections.slide_keys(session, place.launch_version_id)
    if not named <= place.slides | shown:
        raise DomainError("beat.slide", N_("The progress could not be read. Load the page again."))


def _unknown(session: Session, place: Place, beats: Sequence[rules.Beat]) -> list[rules.Beat]:
    """The beats that are not stored yet."""
    late = {beat.seq for beat in beats if beat.seq <= place.last_seq}
    stored = projections.stored_seqs(session, place.launch_id, late) if late else frozenset()
    return [beat for beat in beats if beat.seq not in stored]


def _store(
    session: Session,
    place: Place,
    beats: Sequence[rules.Beat],
    seen: Sequence[rules.Observation],
    now: datetime,
) -> None:
    rows = [
        {
            "tenant_id": tenant_of(session),
            "launch_id": place.launch_id,
            "seq": beat.seq,
            "kind": beat.kind.value,
            "slide_key": beat.slide,
            "position": round(beat.position, 2),
            "seconds": each.seconds,
            "seen_at": each.seen_at,
            "at": now,
        }
        for beat, each in zip(beats, seen, strict=True)
    ]
    insert_or_ignore(session, ProgressEvent, rows, ("tenant_id", "launch_id", "seq"))


def count_answers(session: Session, place: Place, *, actor: Actor, now: datetime) -> BeatResult:
    """Count the answers inside the slides of a module again, after one was given (``reach``)."""
    enrolment = session.get_one(Enrolment, place.enrolment_id)
    progress = _follow(session, enrolment, place.module_id, place.module_version_id, now)
    standing.count(session, progress, employee_id=place.employee_id)
    return _settle(session, enrolment, progress, actor=actor, now=now)


def hear_attempt(session: Session, event: AttemptGraded) -> None:
    """A quiz was graded: keep the official score, the attempts and the first pass."""
    actor = system_actor(event.tenant_id)
    closed = closed_module(session, event.quiz_id)
    if closed is None:
        return
    module_id, course = closed
    lock_clock(session, event.employee_id)
    enrolment = _enrolled(session, course, event.employee_id, now=event.at)
    module_version_id = followed_module(session, course, enrolment, module_id)
    if module_version_id is None:
        return
    progress = _follow(session, enrolment, module_id, module_version_id, event.at)
    progress.score, progress.attempts = event.official_score, event.attempts
    progress.last_at = max(progress.last_at, event.at)
    if event.passed and progress.passed_at is None:
        progress.passed_at = event.at
    _settle(session, enrolment, progress, actor=actor, now=event.at)


def _enrolled(session: Session, course: AnyCourse, employee_id: int, *, now: datetime) -> Enrolment:
    """The enrolment of somebody who may take the course; made where they have none."""
    asked = select(Enrolment).where(
        Enrolment.employee_id == employee_id, Enrolment.course_id == course.id
    )
    found = session.scalar(asked)
    if found is None:
        enrol(session, course, employee_id=employee_id, now=now, admitted=True)
        found = session.scalars(asked).one()
    return found


def _follow(
    session: Session, enrolment: Enrolment, module_id: int, module_version_id: int, now: datetime
) -> ModuleProgress:
    """The person's progress in a module, moved to this version unless it is completed."""
    enrolment.started_at = enrolment.started_at or now
    asked = (
        select(ModuleProgress)
        .where(ModuleProgress.enrolment_id == enrolment.id, ModuleProgress.module_id == module_id)
        .execution_options(populate_existing=True)
    )
    progress = session.scalar(asked)
    if progress is None or (
        progress.completed_at is None and progress.module_version_id != module_version_id
    ):
        follow(
            session,
            enrolment.id,
            module_id,
            module_version_id,
            employee_id=enrolment.employee_id,
            now=now,
        )
        progress = session.scalars(asked).one()
    return progress


def _settle(
    session: Session,
    enrolment: Enrolment,
    progress: ModuleProgress,
    *,
    actor: Actor,
    now: datetime,
) -> BeatResult:
    """Complete the module if its last rule was just met; keep the course's score in step."""
    ticks = standing.ticks(session, progress)
    newly = progress.completed_at is None and rules.is_complete(ticks)
    if newly:
        progress.completed_at = now
    session.flush()  # The course is settled from the rows.
    if newly:
        complete_module(session, enrolment.id, progress.module_id, actor=actor, now=now)
    else:
        settle_course(session, enrolment, actor=actor, now=now)
    return BeatResult(now, 0, ticks, progress.completed_at is not None)
