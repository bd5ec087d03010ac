"""Many requests at the same moment, with real threads on the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.assessment import queries, service
from lms.assessment.access import access_attempt
from lms.assessment.models import Answer, Attempt, AttemptState, Grade, SurveyResponse
from lms.assessment.values import QuizPolicy
from lms.core.audit import AuditAction, AuditEntry
from lms.kernel.result import ConflictError
from tests.assessment.quizzes import RIGHT, publish, response_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz
    from tests.cast import Cast
    from tests.support.client import Visitor

CROWD = 12


def _at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Do ``act(0)`` to ``act(count - 1)`` in threads that all begin together."""
    gate = Barrier(count)

    def run(number: int) -> Any:
        gate.wait(timeout=30)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def _count(database: Database, tenant_id: int, *where: Any, model: Any = Attempt) -> int:
    with database.session(tenant_id, read_only=True) as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_many_starts_make_one_attempt(database: Database, clock: FixedClock, cast: Cast) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(attempts=3))
    actor = cast.aoki.actor()

    def start(_number: int) -> str:
        with database.transaction(cast.aoba) as session:
            return service.start_attempt(
                session, quiz.version_id, actor=actor, now=clock.now()
            ).public_id

    for expected in (1, 2, 3):
        started = set(_at_once(CROWD, start))
        assert len(started) == 1
        assert _count(database, cast.aoba) == expected
        with database.transaction(cast.aoba) as session:
            attempt = access_attempt(session, actor, started.pop(), quiz.quiz_id)
            service.submit(session, attempt, actor=actor, now=clock.now())


def test_many_submissions_are_graded_once(
    visitor: Callable[..., Visitor], database: Database, cast: Cast, quiz: Quiz
) -> None:
    """Two browsers, a double click and a repeated request: one grade for each question."""
    browsers = [visitor(cast.aoki) for _ in range(CROWD)]
    location = browsers[0].post(quiz.url).headers["Location"]
    public_id = location.rsplit("/", 1)[1]
    answers = _at_once(
        CROWD, lambda n: browsers[n].post(f"{quiz.url}/{public_id}/submit").headers["Location"]
    )
    assert set(answers) == {f"{quiz.url}/{public_id}/result"}
    assert _count(database, cast.aoba, Attempt.state == AttemptState.SUBMITTED) == 1
    assert _count(database, cast.aoba, model=Grade) == 7
    graded = AuditEntry.action == AuditAction.QUIZ_GRADED
    assert _count(database, cast.aoba, graded, model=AuditEntry) == 1


def test_answers_and_submission_at_once_leave_a_grade_of_what_was_saved(
    database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    """Whatever was acknowledged before the grading is in the grade."""
    actor = cast.aoki.actor()
    with database.transaction(cast.aoba) as session:
        attempt = service.start_attempt(session, quiz.version_id, actor=actor, now=clock.now())
    with database.session(cast.aoba, read_only=True) as session:
        row = access_attempt(session, actor, attempt.public_id, quiz.quiz_id)
        sheet = queries.attempt_page(session, row, "ja", now=clock.now())
    codes = list(RIGHT)

    def act(number: int) -> bool | None:
        with database.transaction(cast.aoba) as session:
            row = access_attempt(session, actor, attempt.public_id, quiz.quiz_id)
            if number == len(codes):
                service.submit(session, row, actor=actor, now=clock.now())
                return None
            question = next(q for q in sheet.questions if q.code == codes[number])
            try:
                service.save_answer(
                    session,
                    row,
                    question.code,
                    response_for(question, RIGHT[question.code]),
                    actor=actor,
                    now=clock.now(),
                )
            except Exception as error:  # noqa: BLE001 - a refusal is one of the two outcomes
                return "handed in" not in str(error)
            return True

    outcomes = _at_once(len(codes) + 1, act)
    saved = {code for code, kept in zip(codes, outcomes, strict=False) if kept}
    with database.session(cast.aoba, read_only=True) as session:
        row = access_attempt(session, actor, attempt.public_id, quiz.quiz_id)
        result = queries.result_page(session, row, "ja")
    assert {review.code for review in result.reviews if review.verdict == "right"} == saved


def test_saving_one_answer_from_many_windows_numbers_every_revision_once(
    database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    actor = cast.aoki.actor()
    with database.transaction(cast.aoba) as session:
        attempt = service.start_attempt(session, quiz.version_id, actor=actor, now=clock.now())

    def save(number: int) -> int | None:
        with database.transaction(cast.aoba) as session:
            row = access_attempt(session, actor, attempt.public_id, quiz.quiz_id)
            try:
                return service.save_answer(
                    session, row, "q-text", f"回答{number}", actor=actor, now=clock.now(),
                    based_on=0 if number % 2 else None,
                ).revision  # fmt: skip
            except ConflictError:
                return None

    revisions = [revision for revision in _at_once(CROWD, save) if revision is not None]
    assert sorted(revisions) == list(range(1, len(revisions) + 1))
    assert len(revisions) >= CROWD // 2
    assert _count(database, cast.aoba, model=Answer) == len(revisions)


def test_the_first_answer_in_a_slide_counts_once(
    database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    actor = cast.aoki.actor()
    with database.session(cast.aoba, read_only=True) as session:
        found = queries.check_questions(
            session, quiz.checks_version_id, cast.aoki.employee_id, "ja"
        )
    question = found["s1"][0].question
    ids = [option.id for option in question.options]

    def answer(number: int) -> bool:
        with database.transaction(cast.aoba) as session:
            return service.answer_check(
                session, quiz.checks_version_id, "c1", ids[number % 3],
                actor=actor, now=clock.now(),
            ).first  # fmt: skip

    assert sum(_at_once(CROWD, answer)) == 1
    assert _count(database, cast.aoba, model=Grade) == 1
    assert _count(database, cast.aoba, model=Attempt) == 1
    assert _count(database, cast.aoba, model=Answer) == CROWD


def test_one_survey_response_for_each_person(
    database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    def answer(number: int) -> None:
        with database.transaction(cast.aoba) as session:
            service.answer_survey(
                session, quiz.checks_version_id, "s-feel", str(number % 5 + 1),
                actor=(cast.aoki if number % 2 else cast.ueda).actor(), now=clock.now(),
            )  # fmt: skip

    _at_once(CROWD, answer)
    assert _count(database, cast.aoba, model=SurveyResponse) == 2
