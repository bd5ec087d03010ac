"""Writes about accounts and login sessions."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import AuditAction
from lms.core.tenancy import tenant_of
from lms.identity.models import Account, LoginSession, SignInFailure
from lms.identity.queries import token_hash
from lms.kernel.text import search_key

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.people.models import Employee


def create_account(
    session: Session, person: Employee, password_hash: str, *, must_change: bool = False
) -> Account:
    """An account for an employee; an empty hash cannot sign in with a password."""
    account = Account(employee_id=person.id, password_hash=password_hash, must_change=must_change)
    session.add(account)
    return account


def open_login(
    session: Session,
    account_id: int,
    *,
    now: datetime,
    shared_device: bool = False,
    user_agent: str = "",
) -> str:
    """Sign a browser in and return the secret token for its cookie (256 bits, URL-safe)."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            account_id=account_id,
            token_hash=token_hash(token),
            created_at=now,
            seen_at=now,
            shared_device=shared_device,
            user_agent=user_agent[:200],
        )
    )
    actor = Actor(tenant_id=tenant_of(session), account_id=account_id)
    audit.record(session, actor, AuditAction.ACCOUNT_SIGNED_IN, f"account:{account_id}", now=now)
    return token


def close_login(session: Session, *, actor: Actor, now: datetime) -> None:
    """Sign the actor's browser out."""
    session.execute(delete(LoginSession).where(LoginSession.id == actor.login_id))
    audit.record(
        session, actor, AuditAction.ACCOUNT_SIGNED_OUT, f"account:{actor.account_id}", now=now
    )


def touch_login(session: Session, login_id: int, *, now: datetime) -> None:
    """Remember that the browser was here."""
    session.execute(update(LoginSession).where(LoginSession.id == login_id).values(seen_at=now))


def record_failure(session: Session, name: str, network: str, *, now: datetime) -> None:
    """Remember a failed attempt; a daily task forgets old ones."""
    session.add(SignInFailure(name_key=search_key(name), network=network, at=now))


def forget_failures(session: Session, *, before: datetime) -> int:
    """Delete failed attempts made before a moment; returns how many."""
    gone = session.execute(
        delete(SignInFailure).where(
            SignInFailure.tenant_id == tenant_of(session), SignInFailure.at < before
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def set_password_hash(
    session: Session, account_id: int, password_hash: str, *, now: datetime
) -> None:
    """Replace a password hash (a change, or newer hashing parameters)."""
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(password_hash=password_hash, password_changed_at=now)
    )


def replace_password(
    session: Session,
    account_id: int,
    password_hash: str,
    *,
    subject: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Put another password in place; it ends every sign-in but the one of the actor.

    What somebody else chose has to be changed at the next sign-in.

    Args:
        session: of the municipality.
        account_id: whose password it is.
        password_hash: of the new one.
        subject: the employee whose account it is.
        actor: who does it: the person, or an operator.
        now: the moment of it.
    """
    set_password_hash(session, account_id, password_hash, now=now)
    given = actor.account_id != account_id
    session.execute(update(Account).where(Account.id == account_id).values(must_change=given))
    others = LoginSession.account_id == account_id
    if actor.login_id is not None:
        others &= LoginSession.id != actor.login_id
    session.execute(delete(LoginSession).where(others))
    audit.record(
        session,
        actor,
        AuditAction.ACCOUNT_PASSWORD_SET,
        f"account:{account_id}",
        subject_employee_id=subject,
        now=now,
    )


def set_disabled(session: Session, account: Account, at: datetime | None) -> None:
    """Close an account, or open it with ``None``; nobody is signed in with it afterwards."""
    account.disabled_at = at
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def set_locale(session: Session, account_id: int, locale: str) -> None:
    """Remember the language a person chose."""
    session.execute(update(Account).where(Account.id == account_id).values(locale=locale))
