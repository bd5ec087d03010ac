"""What the public check of certificates says, and what it keeps to itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, select, update

from lms.catalog.models import Course
from lms.certification import service
from lms.certification.models import Certificate
from lms.core.access import Role
from lms.core.audit import AuditAction, AuditEntry
from lms.core.db import schema
from lms.jobs.models import Job
from lms.kernel.result import ConflictError
from tests.factories import make_course

UNKNOWN = "2026-01202C1-000999-U"
MISTYPED = ("2026-01202C1-000999-5", "AOBA-0000", "…", "x" * 300, "' OR 1=1 --", "a\x00b")


@pytest.fixture
def number(certificate):
    return certificate[0]


def test_a_number_says_that_the_certificate_is_valid_but_not_whose_it_is(visitor, number):
    page = visitor().visit(f"/verify?number={number.lower()}")
    text = page.main.get_text()
    assert "この修了証書は有効です。" in text
    assert "情報セキュリティ基礎" in text
    assert "青木" not in text
    assert page.select_one("#number[aria-invalid]") is None


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("typed", [UNKNOWN, *MISTYPED])
def test_a_number_that_leads_to_nothing_is_answered_by_a_sentence(visitor, number, typed, locale):
    browser = visitor(locale=locale)
    answer = browser.get("/verify", query_string={"number": typed})
    assert answer.status_code == 200
    page = browser.visit(f"/verify?{answer.request.query_string.decode()}")
    field = page.select_one("#number")
    error = page.find(id="number-error").get_text()
    assert field["aria-invalid"] == "true"
    assert "number-error" in field["aria-describedby"]
    assert len(error) > 10
    assert page.select_one("dl") is None
    assert "情報セキュリティ" not in page.main.get_text()


def test_an_unknown_number_says_whom_to_ask(visitor, number):
    error = visitor().visit(f"/verify?number={UNKNOWN}").find(id="number-error").get_text()
    assert "見つかりませんでした" in error
    assert "発行した自治体" in error


def test_the_empty_form_complains_of_nothing(visitor):
    page = visitor().visit("/verify?number=%20")
    assert page.find(id="number-error") is None


def test_the_page_is_that_of_the_municipality_that_issued_it(visitor, cast, database, clock):
    """Whoever asks is not sent to the desk of the municipality that happens to be the first."""
    made = make_course(database, tenant_id=cast.midorikawa, title="町の講座")
    with database.transaction(cast.midorikawa) as session:
        found = service.issue(
            session,
            employee_id=cast.kubo.employee_id,
            course=session.get_one(Course, made.id),
            score=None,
            actor=cast.kitayama.actor(Role.HR),
            now=clock.now(),
        )
        paths = (f"/verify?number={found.number}", f"/verify/{found.public_id}")
    for path in paths:
        page = visitor().visit(path)
        assert "緑川町" in page.select_one(".ui-brand__tenant").get_text()
        assert "緑川町" in page.title.get_text()
    assert visitor().visit("/verify").select_one(".ui-brand__tenant") is None


def test_who_looked_at_a_certificate_is_told_to_its_owner(visitor, cast, certificate):
    path = f"/certificates/{certificate[1]}"
    visitor(cast.aoki).visit(path)
    assert not visitor(cast.aoki).visit("/record").select(".record-looks li")
    visitor(cast.kato).visit(path)
    looks = visitor(cast.aoki).visit("/record").select(".record-looks li")
    assert [look.get_text(strip=True)[:4] for look in looks] == ["加藤 実"]
    visitor().visit(f"/verify/{certificate[1]}")
    assert len(visitor(cast.aoki).visit("/record").select(".record-looks li")) == 1


def test_the_personnel_section_revokes_a_certificate_with_a_reason(visitor, cast, database, number):
    with database.session(cast.aoba, read_only=True) as session:
        public_id = session.scalars(select(Certificate.public_id)).one()
    address, hr = f"/certificates/{public_id}", visitor(cast.ono)
    assert visitor(cast.aoki).visit(address).find("textarea") is None
    assert hr.visit(address).find("textarea")
    refused = hr.post(f"{address}/revoke", {"reason": " "}, status=422)
    assert "取り消す理由を入力" in refused.get_data(as_text=True)
    assert "有効です" in visitor().visit(f"/verify?number={number}").main.get_text()
    hr.post(f"{address}/revoke", {"reason": "同姓の職員と取り違えたため"})
    own = visitor(cast.aoki).visit(address).main
    assert "取り違えたため" in own.get_text()
    assert own.find("a", href=f"{address}.pdf") is None
    assert visitor(cast.aoki).get(f"{address}.pdf").headers["Location"] == address
    assert "取消し" in visitor(cast.aoki).visit("/record").get_text()
    public = visitor().visit(f"/verify?number={number}").main.get_text()
    assert "取り消されています" in public
    assert "取り違え" not in public, "the reason is between the municipality and the person"
    hr.post(f"{address}/revoke", {"reason": "もう一度"}, status=409)
    with database.session(cast.aoba, read_only=True) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.CERTIFICATE_REVOKED)
        ).one()
    assert entry.changes == {"number": number, "reason": "同姓の職員と取り違えたため"}
    assert (entry.actor_name, entry.subject_employee_id) == (cast.ono.name, cast.aoki.employee_id)


def test_a_new_certificate_follows_one_that_was_revoked_in_error(
    visitor, cast, database, certificate
):
    number, public_id = certificate
    address, hr, owner = f"/certificates/{public_id}", visitor(cast.ono), visitor(cast.aoki)
    hr.post(f"{address}/again", {"reason": "まだ有効"}, status=409)
    hr.post(f"{address}/revoke", {"reason": "誤発行のため"})
    assert owner.visit(address).find("textarea") is None
    refused = hr.post(f"{address}/again", {"reason": " "}, status=422)
    assert "新しく発行する理由を入力" in refused.get_data(as_text=True)
    form = {"reason": "取消しが誤りだったため"}
    issued = hr.post(f"{address}/again", form).headers["Location"]
    hr.post(f"{address}/again", form, status=409)
    page = owner.visit(issued).main.get_text()
    for words in (number, "取消しが誤りだったため", "取り消した修了証書の番号"):
        assert words in page
    assert owner.visit(address).select_one(f'a[href="{issued}"]')
    with database.session(cast.aoba, read_only=True) as session:
        rows = session.scalars(select(Certificate).order_by(Certificate.id)).all()
        assert [row.revoked_at is None for row in rows] == [False, True]
        assert rows[0].number != rows[1].number == owner.visit(issued).select_one("dd").text.strip()
        assert (rows[1].completed_at, rows[1].score) == (rows[0].completed_at, rows[0].score)
        entry = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == AuditAction.CERTIFICATE_ISSUED)
            .order_by(AuditEntry.id.desc())
            .limit(1)
        ).one()
        assert entry.changes["replaces"] == number
        assert entry.changes["reason"] == form["reason"]
        assert session.scalars(select(Job.task)).all() == [service.RENDER_TASK] * 2
        new = rows[1].number
    assert "取り消されています" in visitor().visit(f"/verify?number={number}").main.get_text()
    assert "有効です" in visitor().visit(f"/verify?number={new}").main.get_text()
    assert new not in visitor().visit(f"/verify?number={number}").main.get_text()


def test_of_those_who_issue_a_new_one_at_once_one_does(cast, database, clock, certificate):
    actor, gate = cast.ono.actor(Role.HR), Barrier(4)
    with database.transaction(cast.aoba) as session:
        one = session.scalars(select(Certificate)).one()
        service.revoke(session, one, "誤発行", actor=actor, now=clock.now())

    def issue(_number):
        gate.wait(timeout=30)
        with database.transaction(cast.aoba) as session:
            old = session.scalars(
                select(Certificate).where(Certificate.public_id == certificate[1])
            ).one()
            try:
                service.issue_again(session, old, "誤りだった", actor=actor, now=clock.now())
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(issue, range(4))) == [False, False, False, True]
    with database.session(cast.aoba, read_only=True) as session:
        assert len(session.scalars(select(Certificate)).all()) == 2


def test_completing_again_issues_nothing_for_what_was_revoked(cast, database, clock, certificate):
    actor = cast.ono.actor(Role.HR)
    with database.transaction(cast.aoba) as session:
        one = session.scalars(select(Certificate)).one()
        service.revoke(session, one, "誤発行", actor=actor, now=clock.now())
        course = session.get_one(Course, one.course_id)
        facts = {"employee_id": cast.aoki.employee_id, "course": course, "score": 90.0}
        assert service.issue(session, **facts, actor=actor, now=clock.now()) is one
        new = service.issue_again(session, one, "誤りだった", actor=actor, now=clock.now())
        assert service.issue(session, **facts, actor=actor, now=clock.now()) is new


def test_the_way_down_and_up_keeps_the_newest_certificate(cast, database, clock, certificate):
    actor = cast.ono.actor(Role.HR)
    with database.transaction(cast.aoba) as session:
        one = session.scalars(select(Certificate)).one()
        service.revoke(session, one, "誤発行", actor=actor, now=clock.now())
        new = service.issue_again(session, one, "誤りだった", actor=actor, now=clock.now()).number
    schema.downgrade(database.engine, "0009")
    with database.session(cast.aoba, read_only=True) as session:
        assert session.scalars(select(Certificate.number)).all() == [new]
    schema.upgrade(database.engine)
    with database.session(cast.aoba, read_only=True) as session:
        row = session.scalars(select(Certificate)).one()
        assert (row.number, row.replaces, row.revoked_at) == (new, "", None)
    assert schema.differences(database.engine) == []


def test_no_document_is_made_of_what_was_revoked_meanwhile(visitor, cast, database, certificate):
    """The page was open when the certificate was revoked."""
    address = f"/certificates/{certificate[1]}"
    visitor(cast.ono).post(f"{address}/revoke", {"reason": "誤発行のため"})
    with database.transaction(cast.aoba) as session:
        session.execute(delete(Job))
    owner = visitor(cast.aoki)
    answer = owner.post(f"{address}/render")
    assert "作成します" not in owner.visit(answer.headers["Location"]).get_text()
    with database.session(cast.aoba, read_only=True) as session:
        assert session.scalars(select(Job.task)).all() == []


def test_nobody_revokes_the_own_certificate(visitor, cast, database, clock):
    made = make_course(database, title="人事の講座")
    with database.transaction(cast.aoba) as session:
        own = service.issue(
            session,
            employee_id=cast.ono.employee_id,
            course=session.get_one(Course, made.id),
            score=None,
            actor=cast.ono.actor(Role.HR),
            now=clock.now(),
        ).public_id
    browser = visitor(cast.ono)
    assert browser.visit(f"/certificates/{own}").find("textarea") is None
    browser.post(f"/certificates/{own}/revoke", {"reason": "x"}, status=403)
    with database.transaction(cast.aoba) as session:
        session.execute(update(Certificate).values(revoked_at=clock.now()))
    assert browser.visit(f"/certificates/{own}").find("textarea") is None
    browser.post(f"/certificates/{own}/again", {"reason": "x"}, status=403)


def test_of_two_who_revoke_at_once_the_second_is_told(cast, database, clock, number):
    actor = cast.ono.actor(Role.HR)
    with database.transaction(cast.aoba) as session:
        seen = session.scalars(select(Certificate)).one()
        session.execute(
            update(Certificate).values(revoked_at=clock.now(), revoked_reason="先の理由"),
            execution_options={"synchronize_session": False},
        )
        with pytest.raises(ConflictError):
            service.revoke(session, seen, "後の理由", actor=actor, now=clock.now())
        assert seen.revoked_reason == "先の理由"
