"""An operator gives and takes roles, and closes and opens accounts; one administrator stays."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import select, text

from lms.cli.main import lms
from lms.core.access import Role
from lms.core.audit import AuditAction
from lms.identity import standing
from lms.identity.models import LoginSession
from lms.kernel.result import DomainError
from lms.people.models import Employee, OrgUnit, RoleGrant
from tests.cast import PASSWORD
from tests.ops.town import audited, signed_in
from tests.support.client import Visitor

AOKI, ENDO, ONO, KIMURA = "0000101", "0000103", "0000104", "0000106"


@pytest.fixture
def change(app):
    """``change("grant", "0000101", "hr")`` gives the result of an account command in 青葉市."""
    return lambda *words, **options: app.test_cli_runner().invoke(
        lms, ("account", *words, "--tenant", "012025"), **options
    )


def browser_of(app, cast, name):
    browser = Visitor(app)
    fields = {"tenant": cast.aoba, "name": name, "password": PASSWORD}
    assert browser.post("/sign-in", fields).status_code == 303
    return browser


def heads(database, cast, staff_no):
    """The departments that somebody is head of today or was, and the day on which that ended."""
    with database.session(cast.aoba, read_only=True) as session:
        rows = session.execute(
            select(OrgUnit.code, RoleGrant.valid_to)
            .join(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
            .join(Employee, Employee.id == RoleGrant.employee_id)
            .where(Employee.staff_no == staff_no)
        )
        return dict(rows.tuples().all())


def test_a_role_holds_from_the_next_page_and_is_taken_as_quickly(app, database, cast, change):
    browser = browser_of(app, cast, AOKI)
    assert browser.client.get("/hr").status_code == 403
    given = change("grant", AOKI, "hr", "auditor")
    assert given.exit_code == 0, given.output
    assert "hr, auditor" in given.output
    assert browser.client.get("/hr").status_code == 200
    taken = change("revoke", AOKI, "hr", "auditor")
    assert taken.exit_code == 0, taken.output
    assert "なし" in taken.output
    assert browser.client.get("/hr").status_code == 403
    ((who, first), (_who, second)) = audited(database, cast.aoba, AuditAction.ROLE_REVOKED)
    assert who.startswith("command line (")
    assert [first, second] == [{"role": "hr", "unit": None}, {"role": "auditor", "unit": None}]
    assert len(audited(database, cast.aoba, AuditAction.ROLE_GRANTED)) == 6  # Four are the cast's.


def test_a_head_is_made_for_a_department_and_taken_from_all(database, cast, change):
    assert change("grant", AOKI, "unit-head").exit_code == 0
    assert change("grant", AOKI, "unit-head", "--unit", "0202").exit_code == 0
    assert heads(database, cast, AOKI) == {"0401": None, "0202": None}
    assert change("revoke", AOKI, "unit-head").exit_code == 0
    assert None not in heads(database, cast, AOKI).values()
    assert len(audited(database, cast.aoba, AuditAction.ROLE_REVOKED)) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("grant", ONO, "hr"), "すでに役割hrがあります"),
        (("grant", KIMURA, "unit-head"), "すでに役割unit-headがあります"),
        (("grant", AOKI, "trainer", "--unit", "0202"), "unit-head(所属長)だけ"),
        (("grant", AOKI, "trainer", "unit-head", "--unit", "0999"), "0999"),
        (("grant", "0999999", "hr"), "0999999"),
        (("revoke", AOKI, "hr"), "役割hrはありません"),
        (("revoke", ENDO, "trainer", "hr"), "役割hrはありません"),
        (("enable", AOKI), "停止していません"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(database, cast, change, words, sentence):
    def grants():
        with database.session(cast.aoba, read_only=True) as session:
            rows = select(RoleGrant.employee_id, RoleGrant.role, RoleGrant.valid_to)
            return sorted(session.execute(rows).tuples().all(), key=str)

    before = grants()
    refused = change(*words)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert grants() == before
    assert audited(database, cast.aoba, AuditAction.ROLE_REVOKED) == []


def test_a_closed_account_lets_nobody_in_until_it_is_opened(app, database, cast, change):
    browser = browser_of(app, cast, ONO)
    assert browser.client.get("/hr").status_code == 200
    closed = change("disable", ONO)
    assert closed.exit_code == 0, closed.output
    assert "停止している" in closed.output
    assert browser.client.get("/hr").status_code == 303
    assert not signed_in(app, cast.aoba, ONO, PASSWORD)
    assert "すでに停止しています" in change("disable", ONO).stderr
    with database.session(cast.aoba, read_only=True) as session:
        assert session.scalars(select(LoginSession)).all() == []
    told = change("password", ONO, "--password-stdin", input="shiroyama-no-hana\n")
    assert "停止している" in told.output
    assert not signed_in(app, cast.aoba, ONO, "shiroyama-no-hana")
    opened = change("enable", ONO)
    assert opened.exit_code == 0, opened.output
    assert "サインインできます" in opened.output
    assert "hr" in opened.output
    assert browser.client.get("/hr").status_code == 303
    assert signed_in(app, cast.aoba, ONO, "shiroyama-no-hana")
    for action in (AuditAction.ACCOUNT_DISABLED, AuditAction.ACCOUNT_ENABLED):
        assert len(audited(database, cast.aoba, action)) == 1


def test_the_last_administrator_stays(cast, change):
    assert change("grant", AOKI, "tenant-admin").exit_code == 0
    for words in (("revoke", AOKI, "tenant-admin"), ("disable", AOKI)):
        refused = change(*words)
        assert refused.exit_code == 1
        assert "管理者は0000101 青木 花だけです" in refused.stderr
    # Somebody who cannot sign in administers nothing.
    assert change("grant", ENDO, "tenant-admin").exit_code == 0
    assert change("disable", ENDO).exit_code == 0
    assert change("disable", AOKI).exit_code == 1
    assert change("enable", ENDO).exit_code == 0
    assert change("disable", AOKI).exit_code == 0
    assert change("revoke", ENDO, "tenant-admin").exit_code == 1
    assert change("disable", ONO).exit_code == 0


def test_two_operators_cannot_each_take_one_of_two_administrators(database, cast, clock):
    facts = {"actor": cast.ono.actor(), "now": clock.now()}
    with database.transaction(cast.aoba) as session:
        for staff_no in (AOKI, ENDO):
            standing.give_roles(session, staff_no, [Role.TENANT_ADMIN], **facts)
    refused = []

    def take_the_other():
        try:
            with database.transaction(cast.aoba) as session:
                standing.take_roles(session, ENDO, [Role.TENANT_ADMIN], **facts)
        except DomainError as error:
            refused.append(error.code)

    other = Thread(target=take_the_other)
    with database.transaction(cast.aoba) as session:
        standing.take_roles(session, AOKI, [Role.TENANT_ADMIN], **facts)
        session.flush()
        other.start()
        # SQLite lets the other one only begin when this one has ended.
        while not database.is_sqlite and other.is_alive() and not somebody_waits(database):
            pass
    other.join()
    assert refused == ["role.last"]


def somebody_waits(database):
    """Whether PostgreSQL lets somebody wait for a row."""
    with database.reader.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
