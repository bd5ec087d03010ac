"""What the append-only events mean now: loaded in one read, brought up to date in few writes.

Everything here runs while the person's clock is locked (``lock_clock``), so the rows of one
person are written by one transaction at a time and plain arithmetic is safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Float,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from lms.assessment.models import QuizVersion
from lms.catalog.models import ModuleVersion, Slide
from lms.core.db.dialect import insert_or_ignore, joined_lines
from lms.core.db.prepared import Prepared
from lms.core.db.types import UtcDateTime
from lms.core.tenancy import tenant_of
from lms.learning import rules
from lms.learning.models import (
    Enrolment,
    Launch,
    ModuleProgress,
    ProgressEvent,
    SlideProgress,
    StudyClock,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import InstrumentedAttribute, Session


@dataclass(frozen=True, slots=True)
class Place:
    """A launch with everything that decides what a beat of it changes."""

    launch_id: int
    opened_at: datetime
    launch_version_id: int
    enrolment_id: int
    employee_id: int
    module_id: int
    module_version_id: int
    last_seq: int
    last_at: datetime
    completed_at: datetime | None
    slides: frozenset[str]
    """Slide keys of the version the person is on."""
    seen: frozenset[str]
    """Slide keys the person has seen in any version."""
    policy: Mapping[str, Any]
    state: rules.ModuleState
    clock: datetime | None
    """Up to when the person's time is accounted for."""


_CLOCK = Prepared(
    select(StudyClock.credited_until)
    .where(StudyClock.employee_id == bindparam("person"))
    .with_for_update()
)
_MOVE_CLOCK = Prepared(
    update(StudyClock)
    .where(StudyClock.employee_id == bindparam("person"))
    .values(credited_until=bindparam("moment", type_=UtcDateTime))
)


def lock_clock(session: Session, employee_id: int) -> datetime | None:
    """Lock the person's clock until the transaction ends; returns where it stands.

    The row is made on first use.
    """
    row = _CLOCK.first(session, person=employee_id)
    if row is None:
        fresh = {"tenant_id": tenant_of(session), "employee_id": employee_id}
        insert_or_ignore(session, StudyClock, [fresh], ("tenant_id", "employee_id"))
        row = _CLOCK.all(session, person=employee_id)[0]
    moment: datetime | None = row[0]
    return moment


def move_clock(session: Session, employee_id: int, moment: datetime) -> None:
    """Note up to when the person's time is accounted for."""
    _MOVE_CLOCK.change(session, person=employee_id, moment=moment)


def _joined(key: InstrumentedAttribute[str], *where: Any) -> ScalarSelect[str]:  # noqa: ANN401
    """Keys as lines of one text, so that a whole module comes with one row."""
    return (
        select(joined_lines(key)).where(*where).correlate(Launch, ModuleProgress).scalar_subquery()
    )


_PLACE = Prepared(
    select(
        Launch.id,
        Launch.opened_at,
        Launch.module_version_id,
        Enrolment.id,
        Enrolment.employee_id,
        ModuleProgress.module_id,
        ModuleProgress.module_version_id,
        ModuleProgress.last_at,
        ModuleProgress.completed_at,
        ModuleVersion.completion,
        ModuleProgress.checks_answered,
        ModuleProgress.checks_total,
        ModuleProgress.surveys_answered,
        ModuleProgress.surveys_total,
        ModuleVersion.final_quiz_version_id,
        QuizVersion.policy,
        ModuleProgress.passed_at,
        ModuleProgress.score,
        select(func.max(ProgressEvent.seq))
        .where(ProgressEvent.launch_id == Launch.id)
        .correlate(Launch)
        .scalar_subquery(),
        _joined(Slide.key, Slide.module_version_id == ModuleProgress.module_version_id),
        _joined(
            SlideProgress.slide_key,
            SlideProgress.enrolment_id == ModuleProgress.enrolment_id,
            SlideProgress.module_id == ModuleProgress.module_id,
        ),
    )
    .join(Enrolment, Enrolment.id == Launch.enrolment_id)
    .join(
        ModuleProgress,
        and_(
            ModuleProgress.enrolment_id == Launch.enrolment_id,
            ModuleProgress.module_id == Launch.module_id,
        ),
    )
    .join(ModuleVersion, ModuleVersion.id == ModuleProgress.module_version_id)
    .outerjoin(QuizVersion, QuizVersion.id == ModuleVersion.final_quiz_version_id)
    .where(Launch.public_id == bindparam("launch"))
)


def find_place(session: Session, launch_public_id: str, clock: datetime | None) -> Place | None:
    """Everything about a launch of this municipality, in one statement.

    ``clock`` is what ``lock_clock`` gave.
    """
    row = _PLACE.first(session, launch=launch_public_id)
    if row is None:
        return None
    slides, seen = (frozenset(text.split("\n")) if text else frozenset() for text in row[19:21])
    return Place(
        launch_id=row[0],
        opened_at=row[1],
        launch_version_id=row[2],
        enrolment_id=row[3],
        employee_id=row[4],
        module_id=row[5],
        module_version_id=row[6],
        last_at=row[7],
        completed_at=row[8],
        policy=row[9],
        clock=clock,
        last_seq=row[18] or 0,
        slides=slides,
        seen=seen,
        state=rules.ModuleState(
            slides_seen=len(slides & seen),
            slides_total=len(slides),
            checks_answered=row[10],
            checks_total=row[11],
            surveys_answered=row[12],
            surveys_total=row[13],
            has_quiz=row[14] is not None,
            pass_mark=(row[15] or {}).get("pass_mark", 80),
            passed=row[16] is not None,
            score=row[17],
        ),
    )


def slide_keys(session: Session, module_version_id: int) -> frozenset[str]:
    """The slide keys of one module version."""
    return frozenset(_SLIDES.scalars(session, version=module_version_id))


_SLIDES = Prepared(select(Slide.key).where(Slide.module_version_id == bindparam("version")))


def stored_seqs(session: Session, launch_id: int, seqs: Collection[int]) -> frozenset[int]:
    """Those of the beat numbers that the launch has stored already."""
    return frozenset(
        session.scalars(
            select(ProgressEvent.seq).where(
                ProgressEvent.launch_id == launch_id, ProgressEvent.seq.in_(seqs)
            )
        )
    )


def add_views(session: Session, place: Place, views: Mapping[str, rules.SlideView]) -> None:
    """Add what happened on slides to the viewing history (閲覧履歴)."""
    fresh = [
        {
            "tenant_id": tenant_of(session),
            "enrolment_id": place.enrolment_id,
            "module_id": place.module_id,
            "slide_key": key,
            "first_seen_at": view.first_seen_at,
            "last_seen_at": view.last_seen_at,
            "seconds": view.seconds,
            "times": view.times,
            "ended": view.ended,
        }
        for key, view in views.items()
        if key not in place.seen
    ]
    if fresh:
        keys = ("tenant_id", "enrolment_id", "module_id", "slide_key")
        insert_or_ignore(session, SlideProgress, fresh, keys)
    for key in views.keys() & place.seen:
        _add_view(session, place, key, views[key])


_FIRST = bindparam("first", type_=UtcDateTime)
_LAST = bindparam("last", type_=UtcDateTime)
_ADD_VIEW = Prepared(
    update(SlideProgress)
    .where(
        SlideProgress.enrolment_id == bindparam("enrolment"),
        SlideProgress.module_id == bindparam("module"),
        SlideProgress.slide_key == bindparam("key"),
    )
    .values(
        # A message that was held up may tell of something earlier than what is known.
        first_seen_at=case(
            (SlideProgress.first_seen_at > _FIRST, _FIRST), else_=SlideProgress.first_seen_at
        ),
        last_seen_at=case(
            (SlideProgress.last_seen_at < _LAST, _LAST), else_=SlideProgress.last_seen_at
        ),
        seconds=SlideProgress.seconds + bindparam("more", type_=Float),
        times=SlideProgress.times + bindparam("again", type_=Integer),
        ended=or_(SlideProgress.ended, bindparam("end", type_=Boolean)),
    )
)


def _add_view(session: Session, place: Place, key: str, view: rules.SlideView) -> None:
    _ADD_VIEW.change(
        session,
        enrolment=place.enrolment_id,
        module=place.module_id,
        key=key,
        first=view.first_seen_at,
        last=view.last_seen_at,
        more=view.seconds,
        again=view.times,
        end=view.ended,
    )


_PROGRESS = (
    update(ModuleProgress)
    .where(
        ModuleProgress.enrolment_id == bindparam("enrolment"),
        ModuleProgress.module_id == bindparam("module"),
    )
    .values(
        seconds=ModuleProgress.seconds + bindparam("more", type_=Float),
        slides_seen=bindparam("seen", type_=Integer),
        slides_total=bindparam("total", type_=Integer),
        completed_at=func.coalesce(
            ModuleProgress.completed_at, bindparam("completed", type_=UtcDateTime)
        ),
    )
)
_STAYED = Prepared(_PROGRESS)
_MOVED = Prepared(
    _PROGRESS.values(
        slide_key=bindparam("slide", type_=Text),
        position=bindparam("second", type_=Float),
        last_at=bindparam("last", type_=UtcDateTime),
    )
)


def update_progress(
    session: Session,
    place: Place,
    seen: Sequence[rules.Observation],
    state: rules.ModuleState,
    seconds: float,
    *,
    completed_at: datetime | None,
) -> None:
    """Bring the person's progress in the module up to date after new observations."""
    values: dict[str, object] = {
        "enrolment": place.enrolment_id,
        "module": place.module_id,
        "more": seconds,
        "seen": state.slides_seen,
        "total": state.slides_total,
        "completed": completed_at,
    }
    last = rules.latest(seen)
    if last is None or last.seen_at < place.last_at:
        _STAYED.change(session, **values)
        return
    here = {"slide": last.slide, "second": round(last.position, 2), "last": last.seen_at}
    _MOVED.change(session, **values, **here)
