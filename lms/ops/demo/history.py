"""What somebody did in a course, made with the same services a browser uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assessment import service as assessment
from lms.assessment.content import read_key
from lms.assessment.models import Answer, Question
from lms.catalog.models import Course, Slide
from lms.catalog.queries import ModuleRow, course_outline
from lms.kernel.clock import JST
from lms.kernel.ids import public_id
from lms.kernel.workdays import is_open_day, next_open_day
from lms.learning import rules
from lms.learning import service as learning
from lms.learning.opening import Ticket

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


OPENS, CLOSES = time(8, 45), time(16, 45)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A module as its histories need it."""

    module: ModuleRow
    slide_keys: tuple[str, ...]


def lessons_of(session: Session, course_id: int) -> tuple[Lesson, ...]:
    """The modules of a course, read once for everybody who studies it."""
    course = session.get_one(Course, course_id)
    return tuple(
        Lesson(
            module,
            tuple(
                session.scalars(
                    select(Slide.key)
                    .where(Slide.module_version_id == module.module_version_id)
                    .order_by(Slide.position)
                )
            ),
        )
        for module in course_outline(session, course.current_version_id or 0)
    )


def study(
    session: Session,
    course_id: int,
    lessons: Sequence[Lesson],
    amount: float,
    *,
    actor: Actor,
    begin: datetime,
    end: datetime,
    rng: random.Random,
) -> None:
    """Study ``amount`` modules of a course (1.4: the first, and 40 % of the second's slides).

    People study at work: each module begins in office hours, and none after ``end``.
    """
    moment = begin
    for lesson in lessons:
        share = min(1.0, amount)
        moment = _in_office_hours(moment, rng)
        if share <= 0 or moment > end:
            return
        amount -= 1.0
        moment = _watch(session, course_id, lesson, share, actor=actor, moment=moment, rng=rng)
        if share == 1.0 and lesson.module.final_quiz_version_id is not None:
            moment = _take_quiz(session, lesson.module, actor=actor, moment=moment, rng=rng)
        moment += timedelta(hours=rng.uniform(1, 30))


def _in_office_hours(moment: datetime, rng: random.Random) -> datetime:
    """The moment itself when the town hall is open, else one on the next open day."""
    local = moment.astimezone(JST)
    if is_open_day(local.date()) and OPENS <= local.time() < CLOSES:
        return moment
    later = local.date() + timedelta(days=1) if local.time() >= OPENS else local.date()
    opening = datetime.combine(next_open_day(later), OPENS, JST)
    return opening + timedelta(minutes=rng.uniform(0, 450))


def _watch(
    session: Session,
    course_id: int,
    lesson: Lesson,
    share: float,
    *,
    actor: Actor,
    moment: datetime,
    rng: random.Random,
) -> datetime:
    keys = lesson.slide_keys
    shown = keys[: max(1, round(len(keys) * share))]
    ticket = Ticket(public_id(), course_id, lesson.module.module_id, moment)
    beats: list[rules.Beat] = []
    for key in shown:
        seconds = max(8.0, rng.gauss(52, 16))
        beats.append(rules.Beat(len(beats) + 1, key, rules.BeatKind.SLIDE, at=moment))
        moment += timedelta(seconds=seconds)
        beats.append(
            rules.Beat(
                len(beats) + 1,
                key,
                rules.BeatKind.END,
                position=seconds,
                seconds=seconds,
                at=moment,
            )
        )
    learning.take_beats(session, ticket, beats, actor=actor, now=moment)
    return moment + timedelta(minutes=1)


def _take_quiz(
    session: Session,
    module: ModuleRow,
    *,
    actor: Actor,
    moment: datetime,
    rng: random.Random,
) -> datetime:
    """One or two attempts: most people pass at once, 8 % fail the first time (domain study G-4)."""
    for skill in (0.6, 0.97) if rng.random() < 0.08 else (rng.uniform(0.88, 1.0),):
        attempt = assessment.start_attempt(
            session, module.final_quiz_version_id or 0, actor=actor, now=moment
        )
        questions = session.scalars(select(Question).where(Question.id.in_(attempt.question_ids)))
        for question in questions:
            moment += timedelta(seconds=rng.uniform(10, 45))
            response = _response(question, right=rng.random() < skill, rng=rng)
            if response:
                session.add(
                    Answer(
                        attempt_id=attempt.id,
                        question_id=question.id,
                        revision=1,
                        response=response,
                        saved_at=moment,
                    )
                )
        session.flush()  # Grading reads the answers.
        assessment.submit(session, attempt, actor=actor, now=moment)
    return moment


def _response(question: Question, *, right: bool, rng: random.Random) -> Any:  # noqa: ANN401
    """A stored response: the right one, or a plausible wrong one."""
    key = read_key(question.key)
    ids = list(question.body["options"])
    if key.pairs:
        values = list(key.pairs.values())
        if not right:
            values = values[1:] + values[:1]
        return dict(zip(key.pairs, values, strict=True))
    if question.kind == "multiple":
        return list(key.right) if right else [rng.choice(ids)]
    if question.kind == "order":
        return list(key.right) if right else list(reversed(key.right))
    if key.answers:
        return key.answers[0] if right else "わからない" if question.kind == "text" else "1"
    if right:
        return key.right[0]
    wrong = [i for i in ids if i not in key.right]
    return rng.choice(wrong) if wrong else None
