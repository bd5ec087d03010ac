"""A municipality that the tests make by command, and what is known of it afterwards."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.tenants.models import Tenant
from tests.support.client import Visitor

CODE = "131016"


def key_of(database, code=CODE):
    with database.platform_session(reason="test", read_only=True) as session:
        return session.scalars(select(Tenant.id).where(Tenant.lg_code == code)).one()


def audited(database, tenant_id, action):
    """The audit rows of a municipality: who and what."""
    with database.session(tenant_id, read_only=True) as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        )
        return [(row.actor_name, row.changes) for row in rows]


def signed_in(app, tenant_id, name, password):
    """Whether this name and password lead to the start page."""
    browser = Visitor(app)
    fields = {"tenant": tenant_id, "name": name, "password": password}
    sent = {"csrf_token": browser.csrf, **fields}
    return browser.client.post("/sign-in", data=sent).status_code == 303


def add_first(run, town):
    """A department 01 with one person."""
    words = ("account", "add", "1", "森", "--kana", "モリ", "--unit", "01", "--unit-name", "総務部")
    assert run(*words, "--tenant", town).exit_code == 0


def load(run, tmp_path, text, town, units=""):
    """The result of loading a list, perhaps with new departments, and the file of its passwords."""
    staff, passwords, departments = (tmp_path / f"{name}.csv" for name in ("staff", "new", "units"))
    staff.write_text(text, encoding="utf-8")
    departments.write_text(units, encoding="utf-8")
    words = ("people", "load", str(staff), "--passwords", str(passwords), "--tenant", town)
    return run(*words, *(("--units", str(departments)) if units else ())), passwords
