"""Changing one's own password."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.core.audit import AuditAction, AuditEntry
from lms.identity import passwords
from lms.identity.models import Account, LoginSession
from lms.identity.service import set_password_hash
from tests.cast import PASSWORD
from tests.support.client import Visitor

NEW = "shiroyama-no-hana"


def sent(browser, present=PASSWORD, new=NEW, again=NEW, status=422):
    """What the page answers to these three passwords."""
    fields = {"current": present, "password": new, "again": again}
    return browser.post("/password", fields, status=status)


def signs_in(app, person, password):
    """Whether a new browser comes in."""
    browser = Visitor(app)
    fields = {"tenant": person.tenant_id, "name": person.staff_no, "password": password}
    answer = browser.client.post("/sign-in", data={"csrf_token": browser.csrf, **fields})
    return answer.status_code == 303


def test_another_password_ends_every_other_sign_in(app, database, cast, visitor):
    here, elsewhere = visitor(cast.aoki), visitor(cast.aoki)
    assert here.visit("/password").find("input", {"name": "password"})
    sent(here, status=303)
    assert "パスワードを変更しました" in here.visit("/").get_text()
    assert elsewhere.client.get("/").status_code == 303
    assert not signs_in(app, cast.aoki, PASSWORD)
    assert signs_in(app, cast.aoki, NEW)
    with database.session(cast.aoba, read_only=True) as session:
        row = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.ACCOUNT_PASSWORD_SET)
        ).one()
    assert (row.account_id, row.subject_employee_id) == (
        cast.aoki.account_id,
        cast.aoki.employee_id,
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"present": "wrong"}, "今のパスワードが違います"),
        ({"new": "short", "again": "short"}, "12文字以上"),
        ({"new": "a" * 12, "again": "a" * 12}, "同じ文字の多い"),
        ({"new": "xy-0000101-zw", "again": "xy-0000101-zw"}, "職員番号を含む"),
        ({"again": "shiroyama-no-hane"}, "確認の入力と違います"),
        ({"new": "", "again": ""}, "新しいパスワードを入力してください"),
    ],
)
def test_a_refused_password_is_explained_and_changes_nothing(app, cast, visitor, fields, sentence):
    answer = sent(visitor(cast.aoki), **fields).get_data(as_text=True)
    assert sentence in answer
    assert PASSWORD not in answer
    assert signs_in(app, cast.aoki, PASSWORD)


def test_guessing_the_present_password_is_slowed_down(app, cast, visitor):
    browser = visitor(cast.aoki)
    for _ in range(5):
        sent(browser, present="wrong")
    assert "続けて失敗したため" in sent(browser).get_data(as_text=True)


@pytest.fixture
def reset_meanwhile(database, cast, monkeypatch):
    """An operator who sets another password just after the present one was found right."""
    verify = passwords.verify_password
    given = passwords.hash_password("given-by-operator", memory_kib=64)

    def verify_and_reset(*words, **options):
        right = verify(*words, **options)
        with database.transaction(cast.aoba) as session:
            now = session.get_one(Account, cast.aoki.account_id).created_at
            set_password_hash(session, cast.aoki.account_id, given, now=now)
        return right

    monkeypatch.setattr(passwords, "verify_password", verify_and_reset)
    yield given
    with database.session(cast.aoba, read_only=True) as session:
        assert session.get_one(Account, cast.aoki.account_id).password_hash == given


def test_a_password_that_was_just_replaced_lets_nobody_in(app, database, cast, reset_meanwhile):
    assert reset_meanwhile
    assert not signs_in(app, cast.aoki, PASSWORD)
    with database.session(cast.aoba, read_only=True) as session:
        assert session.scalars(select(LoginSession)).all() == []


def test_what_an_operator_sets_meanwhile_is_not_overwritten(cast, visitor, reset_meanwhile):
    assert reset_meanwhile
    assert "今のパスワードが違います" in sent(visitor(cast.aoki)).get_data(as_text=True)
