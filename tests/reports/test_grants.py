"""One more attempt for somebody who has used up all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from lms.assessment import service
from lms.assessment.grants import grant_attempt
from lms.assessment.models import Attempt, AttemptGrant
from lms.assessment.values import QuizPolicy
from lms.catalog.models import ModuleVersion
from lms.core.access import Role
from lms.core.audit import AuditAction, AuditEntry
from lms.core.db import schema
from lms.kernel.result import ConflictError, DomainError
from lms.learning.models import ModuleProgress
from lms.ops.verifying import verify_all
from tests.cast import CANARY
from tests.factories import make_course, module_source

REASON = "受験の途中で通信が切れたため"


def limited(database, slug="limited", attempts=1):
    policy = QuizPolicy(pass_mark=80, attempts=attempts)
    return make_course(database, slug, modules=(module_source(f"単元{slug}", policy=policy),))


class Quiz:
    """A quiz with a limit, as 青木 takes it and 小野 looks at it."""

    def __init__(self, database, cast, clock, made):
        self.database, self.cast, self.clock, self.made = database, cast, clock, made
        person = cast.aoki.employee_public_id
        self.person = f"/hr/people/{person}"
        self.grants = f"{self.person}/attempts/{made.modules[0].public_id}"
        self.start = f"{made.learn()}/quiz"
        with database.session(cast.aoba, read_only=True) as session:
            version = session.get_one(ModuleVersion, made.modules[0].version_id)
            self.version_id = version.final_quiz_version_id

    def take(self, *, hand_in=True):
        actor, now = self.cast.aoki.actor(), self.clock.now()
        with self.database.transaction(self.cast.aoba) as session:
            attempt = service.start_attempt(session, self.version_id, actor=actor, now=now)
            if hand_in:
                service.submit(session, attempt, actor=actor, now=now)

    def grant(self, number, *, by=None):
        actor = (by or self.cast.ono).actor(Role.HR)
        aoki = self.cast.aoki.employee_id
        with self.database.transaction(self.cast.aoba) as session:
            return grant_attempt(
                session, self.version_id, aoki, number, REASON, actor=actor, now=self.clock.now()
            )

    def rows(self, model):
        with self.database.session(self.cast.aoba, read_only=True) as session:
            table = model.__table__
            found = session.execute(select(table).order_by(table.c.id)).mappings()
            return [dict(row) for row in found]


@pytest.fixture
def quiz(database, cast, clock):
    found = Quiz(database, cast, clock, limited(database))
    found.take()
    return found


def fields(page):
    form = page.select_one("main form[action*='/attempts/']")
    return {
        tag["name"]: tag["value"]
        for tag in form.select("input[type=hidden]")
        if tag["name"] != "csrf_token"
    }


def test_a_granted_attempt_is_taken_and_nothing_before_it_changes(visitor, cast, quiz):
    employee, personnel = visitor(cast.aoki), visitor(cast.ono)
    assert "追加の受験は、人事担当が認めます" in employee.visit(quiz.start).get_text()
    link = personnel.visit(quiz.person).select_one("#used-up a")
    assert link["href"] == quiz.grants
    before = quiz.rows(Attempt)
    form = fields(personnel.visit(link["href"]))
    answer = personnel.post(link["href"], {**form, "reason": REASON})
    page = personnel.visit(answer.headers["Location"])
    assert "追加の受験を1回認めました" in page.get_text()
    assert page.select("#used-up") == []
    granted = page.select_one("#granted tbody").get_text(" ", strip=True)
    for text in ("2回目", "小野 里奈", REASON, "未受験"):
        assert text in granted
    assert quiz.rows(Attempt) == before

    start = employee.visit(quiz.start)
    notice = start.select_one(".ui-notice").get_text(" ", strip=True)
    for text in ("追加の受験が1回認められました", "小野 里奈", REASON):
        assert text in notice
    assert "あと1回(全部で2回)" in start.get_text()
    quiz.take()
    assert quiz.rows(Attempt)[:1] == before
    assert "すべて使いました" in employee.visit(quiz.start).get_text()
    page = personnel.visit(quiz.person)
    assert "受験済み" in page.select_one("#granted").get_text()
    assert page.select_one("#used-up a")


def test_the_course_page_offers_the_quiz_only_while_it_can_be_taken(visitor, cast, quiz):
    aoki = visitor(cast.aoki)
    course = quiz.made.learn().replace("/learn/", "/courses/").rpartition("/")[0]
    used_up = "確認テストを受けられる回数をすべて使いました。"

    page = aoki.get(course).text
    assert used_up in page
    assert "もう一度受けるには" in page
    assert "確認テストに進む" not in page
    quiz.grant(2)
    page = aoki.get(course).text
    assert used_up not in page
    assert "確認テストに進む" in page
    assert "追加の受験が1回認められています。" in page


def test_what_comes_after_the_slides_is_the_quiz_only_while_it_can_be_taken(visitor, cast, quiz):
    aoki = visitor(cast.aoki)
    used_up = "確認テストを受けられる回数をすべて使いました。"
    with quiz.database.transaction(cast.aoba) as session:
        session.execute(update(ModuleProgress).values(slides_seen=9))

    def ways(place):
        page = aoki.visit(f"{quiz.made.learn()}{place}")
        return page, page.select_one(".finish__next a, .player-end__next a")["href"]

    for place in ("/finished", ""):
        _page, onward = ways(place)
        assert onward != quiz.start
    player, _onward = ways("")
    told = player.select_one(".player-end__used-up")
    assert used_up in told.text
    assert told.a["href"] == quiz.start
    finished, _onward = ways("/finished")
    assert used_up in finished.text
    assert finished.select_one(".module-row__missing a").text.startswith("もう一度受けるには")
    quiz.grant(2)
    for place in ("/finished", ""):
        page, onward = ways(place)
        assert onward == quiz.start
        assert page.select(".player-end__used-up") == []
    finished, _onward = ways("/finished")
    assert used_up not in finished.text
    assert "追加の受験が1回認められています。" in finished.text
    assert finished.select(".module-row__missing a") == []


def test_the_same_form_twice_and_two_colleagues_grant_one_attempt(visitor, cast, quiz, database):
    personnel = visitor(cast.ono)
    form = {**fields(personnel.visit(quiz.grants)), "reason": REASON}
    answers = [personnel.post(quiz.grants, form) for _ in range(2)]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    # A colleague had the same page open; and a browser that knows no keys repeats itself.
    for reason in (REASON, "別の理由"):
        answer = personnel.post(quiz.grants, {"number": form["number"], "reason": reason})
        page = personnel.visit(answer.headers["Location"])
    assert "すでに認められています" in page.get_text()
    assert [(row["number"], row["reason"]) for row in quiz.rows(AttemptGrant)] == [(2, REASON)]
    audited = [r for r in quiz.rows(AuditEntry) if r["action"] is AuditAction.ATTEMPT_GRANTED]
    assert [row["subject_employee_id"] for row in audited] == [cast.aoki.employee_id]
    assert audited[0]["changes"]["reason"] == REASON


def test_of_colleagues_who_grant_at_the_same_moment_one_does(quiz):
    gate = Barrier(4)

    def grant(_number):
        gate.wait(timeout=30)
        return quiz.grant(2)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(grant, range(4))) == [False, False, False, True]
    assert len(quiz.rows(AttemptGrant)) == 1


def test_an_attempt_is_granted_only_to_who_needs_one(cast, quiz, database, clock):
    quiz.grant(2)
    with pytest.raises(DomainError, match="can still take"):
        quiz.grant(3)
    quiz.take(hand_in=False)
    with pytest.raises(DomainError, match="still answering"):
        quiz.grant(3)
    quiz.take()
    with pytest.raises(ConflictError):
        quiz.grant(4)
    assert quiz.grant(3)
    assert not quiz.grant(2)

    unlimited = Quiz(database, cast, clock, limited(database, "unlimited", attempts=0))
    unlimited.take()
    with pytest.raises(DomainError, match="can still take"):
        unlimited.grant(2)


def test_whoever_has_passed_needs_no_more(cast, database, clock, visitor):
    made = make_course(
        database, modules=(module_source(policy=QuizPolicy(pass_mark=0, attempts=1)),)
    )
    quiz = Quiz(database, cast, clock, made)
    quiz.take()
    with pytest.raises(DomainError, match="already passed"):
        quiz.grant(2)
    page = visitor(cast.ono).visit(quiz.grants)
    assert "すでに確認テストに合格しています" in page.get_text()
    assert page.select("main form") == []
    assert visitor(cast.ono).visit(quiz.person).select("#used-up") == []


def test_without_a_reason_nothing_is_granted_and_nobody_grants_their_own(visitor, cast, quiz):
    personnel = visitor(cast.ono)
    form = fields(personnel.visit(quiz.grants))
    refused = personnel.post(quiz.grants, {**form, "reason": "  "}, status=422)
    assert "理由を入力してください" in refused.text
    own = quiz.grants.replace(cast.aoki.employee_public_id, cast.ono.employee_public_id)
    personnel.visit(own, 403)
    personnel.post(own, {**form, "reason": REASON}, status=403)
    assert quiz.rows(AttemptGrant) == []


def test_only_the_personnel_section_of_the_municipality_grants(visitor, cast, quiz):
    for person, status in (
        (cast.aoki, 403),
        (cast.kimura, 403),
        (cast.endo, 403),
        (cast.kato, 403),
        (cast.kitayama, 404),
    ):
        visitor(person).visit(quiz.grants, status)
        data = {"number": "2", "reason": CANARY}
        visitor(person).post(quiz.grants, data, status=status)
    for person in (cast.kimura, cast.kato):
        page = visitor(person).visit(quiz.person)
        assert page.select("#used-up tbody tr")
        assert page.select("#used-up a") == []
    assert quiz.rows(AttemptGrant) == []


def test_a_look_at_the_attempts_is_logged(visitor, cast, quiz):
    visitor(cast.ono).visit(quiz.grants)
    seen = [r for r in quiz.rows(AuditEntry) if r["action"] is AuditAction.PERSON_VIEWED]
    assert [row["subject_employee_id"] for row in seen] == [cast.aoki.employee_id]


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_statements_do_not_grow_with_the_quizzes(
    visitor, cast, quiz, database, clock, statements, locale
):
    personnel, employee = visitor(cast.ono, locale=locale), visitor(cast.aoki, locale=locale)

    def count():
        found = []
        for browser, path in (
            (personnel, quiz.person),
            (personnel, quiz.grants),
            (employee, quiz.start),
        ):
            browser.visit(path)
            with statements(most=12) as seen:
                browser.visit(path)
            found.append(len(seen))
        return found

    quiz.grant(2)
    quiz.take()
    few = count()
    for number in range(5):
        more = Quiz(database, cast, clock, limited(database, f"more-{number}"))
        more.take()
        more.grant(2)
        more.take()
    assert count() == few


def test_a_check_finds_attempts_that_nobody_allowed(quiz, app, database, settings):
    files = app.extensions["lms"].files
    quiz.grant(2)
    quiz.take()
    assert verify_all(settings, database, files) == ()
    with database.transaction(quiz.cast.aoba) as session:
        session.delete(session.scalars(select(AttemptGrant)).one())
    (found,) = verify_all(settings, database, files)
    assert found.check == "attempts"


def test_the_table_goes_and_comes_and_the_attempts_stay(quiz, database):
    quiz.grant(2)
    quiz.take()
    before = quiz.rows(Attempt)
    schema.downgrade(database.engine, "0008")
    assert quiz.rows(Attempt) == before
    schema.upgrade(database.engine)
    assert quiz.rows(Attempt) == before
    assert quiz.rows(AttemptGrant) == []
    assert schema.differences(database.engine) == []
