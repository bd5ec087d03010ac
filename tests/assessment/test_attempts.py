"""From start to result through the services, on the real database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from lms.assessment import queries, service
from lms.assessment.access import access_attempt
from lms.assessment.events import AttemptGraded
from lms.assessment.models import Answer, Attempt, AttemptState, Grade
from lms.assessment.tasks import close_expired
from lms.assessment.values import GradePolicy, QuizPolicy
from lms.core import events
from lms.core.audit import AuditAction, AuditEntry
from lms.kernel.result import ConflictError, DomainError, ForbiddenError, NotFoundError
from tests.assessment.quizzes import RIGHT, publish, response_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz
    from tests.cast import Cast, Person


class Taker:
    """Somebody who takes a quiz; every call is a transaction of its own, as over HTTP."""

    def __init__(self, database: Database, clock: FixedClock, person: Person, quiz: Quiz) -> None:
        self.database, self.clock, self.quiz = database, clock, quiz
        self.actor = person.actor()
        self.public_id = ""

    def start(self, seed: int | None = None) -> Attempt:
        with self.database.transaction(self.actor.tenant_id) as session:
            attempt = service.start_attempt(
                session, self.quiz.version_id, actor=self.actor, now=self.clock.now(), seed=seed
            )
        self.public_id = attempt.public_id
        return attempt

    def answer(self, code: str, answer: Any, **options: Any) -> service.SavedAnswer:
        with self.database.transaction(self.actor.tenant_id) as session:
            attempt = access_attempt(session, self.actor, self.public_id, self.quiz.quiz_id)
            sheet = queries.attempt_page(session, attempt, "ja", now=self.clock.now())
            shown = {question.code: question for question in sheet.questions}
            response = response_for(shown[code], answer) if code in shown else answer
            return service.save_answer(
                session, attempt, code, response, actor=self.actor, now=self.clock.now(), **options
            )

    def submit(self) -> service.AttemptResult:
        with self.database.transaction(self.actor.tenant_id) as session:
            attempt = access_attempt(session, self.actor, self.public_id, self.quiz.quiz_id)
            return service.submit(session, attempt, actor=self.actor, now=self.clock.now())

    def result(self, locale: str = "ja") -> Any:
        with self.database.session(self.actor.tenant_id, read_only=True) as session:
            attempt = access_attempt(session, self.actor, self.public_id, self.quiz.quiz_id)
            return queries.result_page(session, attempt, locale)

    def take(self, answers: dict[str, Any]) -> service.AttemptResult:
        self.start()
        for code, answer in answers.items():
            self.answer(code, answer)
        return self.submit()


@pytest.fixture
def taker(database: Database, clock: FixedClock, cast: Cast, quiz: Quiz) -> Taker:
    return Taker(database, clock, cast.aoki, quiz)


@pytest.fixture
def graded() -> Iterator[list[AttemptGraded]]:
    """The news of this slice, instead of those who listen."""
    before = dict(events._listeners)
    heard: list[AttemptGraded] = []
    events.connect({AttemptGraded: (lambda _session, event: heard.append(event),)})
    yield heard
    events.connect(before)


def test_everything_right_earns_everything(taker: Taker, graded: list[AttemptGraded]) -> None:
    found = taker.take(RIGHT)
    assert (found.points, found.max_points, found.score) == (10.0, 10, 100.0)
    assert found.passed
    assert not found.already
    assert [(news.score, news.passed, news.official_score, news.attempts) for news in graded] == [
        (100.0, True, 100.0, 1)
    ]


def test_partial_credit_adds_up(taker: Taker) -> None:
    found = taker.take(
        {
            "q-multiple": ["ランサム攻撃"],
            "q-order": ["対策基準", "実施手順", "基本方針"],
            "q-match": {"機密性": "見てよい人だけが見られる"},
            "q-numeric": "１，２０４",
            "q-text": "ＬＧＷＡＮ カギKQX",
            "q-single": "電源を二重にする",
        }
    )
    assert (found.points, found.score, found.passed) == (4.5, 45.0, False)
    verdicts = {review.code: review.verdict for review in taker.result().reviews}
    assert verdicts == {
        "q-single": "wrong",
        "q-multiple": "partial",
        "q-truefalse": "open",
        "q-text": "right",
        "q-numeric": "right",
        "q-order": "partial",
        "q-match": "partial",
    }


def test_handing_in_again_changes_nothing(taker: Taker, graded: list[AttemptGraded]) -> None:
    first = taker.take({"q-single": RIGHT["q-single"]})
    again = taker.submit()
    assert again.already
    assert (again.attempt_id, again.score) == (first.attempt_id, first.score)
    assert len(graded) == 1
    with pytest.raises(DomainError, match="already been handed in"):
        taker.answer("q-text", RIGHT["q-text"])


def test_grading_leaves_one_audit_row(taker: Taker, database: Database) -> None:
    taker.take(RIGHT)
    taker.submit()
    with database.session(taker.actor.tenant_id) as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.QUIZ_GRADED)
        ).all()
    assert [(row.subject_employee_id, row.changes["score"]) for row in rows] == [
        (taker.actor.employee_id, 100.0)
    ]


def test_starting_again_goes_on_with_the_open_attempt(taker: Taker) -> None:
    first = taker.start()
    taker.answer("q-single", RIGHT["q-single"])
    again = taker.start(seed=1)
    assert (again.public_id, again.seed) == (first.public_id, first.seed)
    taker.submit()
    assert taker.start().number == 2


def test_every_change_of_an_answer_is_kept(taker: Taker, database: Database) -> None:
    taker.start()
    revisions = [
        taker.answer("q-text", text).revision
        for text in ("LGW", "LGWAN", "LGWAN", "インターネット")
    ]
    assert revisions == [1, 2, 2, 3]
    with database.session(taker.actor.tenant_id) as session:
        rows = session.scalars(select(Answer.response).order_by(Answer.revision)).all()
    assert rows == ["LGW", "LGWAN", "インターネット"]


def test_a_message_held_up_on_the_way_does_not_undo_a_later_answer(taker: Taker) -> None:
    taker.start()
    taker.answer("q-text", "一", based_on=0)
    taker.answer("q-text", "二", based_on=1)
    with pytest.raises(ConflictError):
        taker.answer("q-text", "一", based_on=0)
    assert taker.answer("q-text", "二", based_on=0).revision == 2
    assert taker.answer("q-text", "三").revision == 3


def test_an_answer_can_be_taken_back(taker: Taker) -> None:
    taker.start()
    assert taker.answer("q-multiple", []).revision == 0
    taker.answer("q-multiple", RIGHT["q-multiple"])
    taker.answer("q-multiple", [])
    taker.submit()
    review = next(r for r in taker.result().reviews if r.code == "q-multiple")
    assert (review.verdict, review.points) == ("open", 0.0)


def test_after_the_deadline_answers_are_refused_and_the_saved_ones_count(
    database: Database, clock: FixedClock, cast: Cast
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(time_limit=10))
    taker = Taker(database, clock, cast.aoki, quiz)
    attempt = taker.start()
    taker.answer("q-single", RIGHT["q-single"])
    clock.move(minutes=10)
    taker.answer("q-truefalse", RIGHT["q-truefalse"])
    clock.move(seconds=1)
    with pytest.raises(DomainError) as refused:
        taker.answer("q-text", RIGHT["q-text"])
    assert refused.value.code == "attempt.late"
    assert refused.value.values == {"time": "10:10"}
    clock.move(hours=3)
    found = taker.submit()
    assert found.points == 2.0
    result = taker.result()
    assert result.attempt.submitted_at == attempt.deadline_at


def test_starting_after_the_deadline_grades_the_old_attempt_first(
    database: Database, clock: FixedClock, cast: Cast
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(time_limit=10, attempts=2))
    taker = Taker(database, clock, cast.aoki, quiz)
    first = taker.start()
    taker.answer("q-single", RIGHT["q-single"])
    clock.move(minutes=11)
    second = taker.start()
    assert (second.number, second.state) == (2, AttemptState.OPEN)
    clock.move(minutes=11)
    last = taker.start()
    assert (last.public_id, last.state) == (second.public_id, AttemptState.SUBMITTED)
    with database.session(taker.actor.tenant_id) as session:
        kept = session.scalars(select(Attempt).order_by(Attempt.number)).all()
    assert [(row.number, row.points) for row in kept] == [(1, 1.0), (2, 0.0)]
    assert kept[0].public_id == first.public_id


def test_attempts_nobody_comes_back_to_are_marked_by_the_night_watch(
    database: Database, clock: FixedClock, cast: Cast
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(time_limit=10))
    late, untimed = Taker(database, clock, cast.aoki, quiz), cast.ueda
    late.start()
    late.answer("q-single", RIGHT["q-single"])
    clock.move(minutes=9)
    in_time = Taker(database, clock, untimed, quiz)
    in_time.start()
    clock.move(minutes=2)
    context = _Context(database, clock, cast.aoba)
    assert close_expired(context) == {"attempts": 1}  # type: ignore[arg-type]
    assert close_expired(context) == {"attempts": 0}  # type: ignore[arg-type]
    assert late.result().attempt.points == 1.0
    in_time.answer("q-single", RIGHT["q-single"])


class _Context:
    """What the task needs of a job."""

    def __init__(self, database: Database, clock: FixedClock, tenant_id: int) -> None:
        self.tenant_id, self.now = tenant_id, clock.now
        self.transaction = lambda: database.transaction(tenant_id)


def test_attempts_are_counted(database: Database, clock: FixedClock, cast: Cast) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(attempts=2))
    taker = Taker(database, clock, cast.aoki, quiz)
    taker.take({})
    taker.take(RIGHT)
    with pytest.raises(DomainError, match="used all attempts"):
        taker.start()
    other = Taker(database, clock, cast.ueda, quiz)
    assert other.start().number == 1


@pytest.mark.parametrize(
    ("policy", "official"),
    [(GradePolicy.FIRST, 10.0), (GradePolicy.BEST, 100.0), (GradePolicy.LATEST, 0.0)],
)
def test_the_official_score_follows_the_policy(
    database: Database,
    clock: FixedClock,
    cast: Cast,
    graded: list[AttemptGraded],
    policy: GradePolicy,
    official: float,
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(grade=policy))
    taker = Taker(database, clock, cast.aoki, quiz)
    for answers in ({"q-single": RIGHT["q-single"]}, RIGHT, {}):
        taker.take(answers)
    with database.session(taker.actor.tenant_id) as session:
        found = queries.official_score(session, quiz.quiz_id, cast.aoki.employee_id)
    assert found is not None
    assert (found.score, found.passed, found.attempts) == (official, True, 3)
    assert (graded[-1].official_score, graded[-1].attempts) == (official, 3)


def test_a_pool_is_drawn_and_a_repeat_asks_something_new(
    database: Database, clock: FixedClock, cast: Cast
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(draw=3))
    taker = Taker(database, clock, cast.aoki, quiz)
    first = taker.start()
    taker.submit()
    second = taker.start()
    assert len(first.question_ids) == len(second.question_ids) == 3
    assert set(first.question_ids).isdisjoint(second.question_ids)
    assert first.max_points <= quiz.max_points


def test_an_open_attempt_keeps_the_version_it_began_with(
    database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    taker = Taker(database, clock, cast.aoki, quiz)
    begun = taker.start()
    newer = publish(database, clock.now(), QuizPolicy(pass_mark=100))
    assert newer.version_id != quiz.version_id
    assert newer.quiz_id == quiz.quiz_id
    again = Taker(database, clock, cast.aoki, newer).start()
    assert (again.public_id, again.quiz_version_id) == (begun.public_id, quiz.version_id)
    assert taker.submit().max_points == quiz.max_points


def test_publishing_the_same_again_keeps_the_version_and_options_keep_their_ids(
    database: Database, clock: FixedClock, quiz: Quiz
) -> None:
    newer = publish(database, clock.now(), title="題名だけ変えました")
    assert newer.version_id == quiz.version_id
    other = publish(database, clock.now(), QuizPolicy(pass_mark=70))
    with database.session(1) as session:
        from lms.assessment.questions import questions_of

        old = {q.code: q.raw for q in questions_of(session, quiz.version_id)}
        new = {q.code: q.raw for q in questions_of(session, other.version_id)}
    assert old == new
    assert other.version_id != quiz.version_id


def test_nobody_touches_the_attempt_of_somebody_else(
    taker: Taker, database: Database, clock: FixedClock, cast: Cast
) -> None:
    attempt = taker.start()
    stranger = cast.ueda.actor()
    with database.transaction(cast.aoba) as session:
        with pytest.raises(NotFoundError):
            access_attempt(session, stranger, attempt.public_id, taker.quiz.quiz_id)
        with pytest.raises(NotFoundError):
            service.submit(session, attempt, actor=stranger, now=clock.now())
        with pytest.raises(NotFoundError):
            service.save_answer(session, attempt, "q-text", "x", actor=stranger, now=clock.now())
    outsider = cast.kubo.actor()
    with database.transaction(cast.midorikawa) as session, pytest.raises(NotFoundError):
        access_attempt(session, outsider, attempt.public_id, taker.quiz.quiz_id)


def test_who_is_no_member_of_staff_takes_no_quiz(
    database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    from lms.core.access import system_actor

    with database.transaction(cast.aoba) as session, pytest.raises(ForbiddenError):
        service.start_attempt(
            session, quiz.version_id, actor=system_actor(cast.aoba), now=clock.now()
        )


def test_a_question_that_was_not_drawn_takes_no_answer(
    database: Database, clock: FixedClock, cast: Cast
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(draw=2))
    taker = Taker(database, clock, cast.aoki, quiz)
    taker.start()
    with database.session(cast.aoba) as session:
        attempt = access_attempt(session, taker.actor, taker.public_id, quiz.quiz_id)
        sheet = queries.attempt_page(session, attempt, "ja", now=clock.now())
    drawn = {question.code for question in sheet.questions}
    for code in RIGHT.keys() - drawn:
        with pytest.raises(NotFoundError):
            taker.answer(code, RIGHT[code])
    with pytest.raises(NotFoundError):
        taker.answer("c1", "x")


def test_grades_and_attempt_agree(taker: Taker, database: Database) -> None:
    taker.take({code: RIGHT[code] for code in ("q-single", "q-order")})
    with database.session(taker.actor.tenant_id) as session:
        grades = session.scalars(select(Grade)).all()
        attempt = session.scalars(select(Attempt)).one()
    assert len(grades) == len(attempt.question_ids)
    assert sum(grade.points for grade in grades) == attempt.points
    assert sum(grade.max_points for grade in grades) == attempt.max_points
    assert attempt.submitted_at - attempt.started_at < timedelta(seconds=1)  # type: ignore[operator]
