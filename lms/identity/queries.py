"""Reads about accounts and login sessions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from lms.core.access import Actor, Grant, Role
from lms.core.db.prepared import Prepared
from lms.core.tenancy import tenant_of
from lms.identity.models import Account, LoginSession, SignInFailure
from lms.identity.rules import session_alive
from lms.kernel.clock import jst_date
from lms.kernel.text import narrow, search_key
from lms.people.models import Employee, OrgUnit, RoleGrant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The actor of a live login session, and when it was last seen."""

    actor: Actor
    seen_at: datetime
    shared_device: bool


@dataclass(frozen=True, slots=True)
class SignInCandidate:
    """What is needed to check a password."""

    account_id: int
    password_hash: str
    disabled: bool


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


_SIGNED_IN = Prepared(
    select(
        LoginSession.id,
        LoginSession.created_at,
        LoginSession.seen_at,
        LoginSession.shared_device,
        Account.id,
        Account.locale,
        Employee.id,
        Employee.name,
        Employee.staff_no,
        RoleGrant.role,
        OrgUnit.path,
        RoleGrant.unit_id,
        Employee.tier,
        Account.must_change,
    )
    .join(Account, Account.id == LoginSession.account_id)
    .join(Employee, Employee.id == Account.employee_id)
    .outerjoin(
        RoleGrant,
        and_(
            RoleGrant.employee_id == Employee.id,
            RoleGrant.valid_from <= bindparam("today"),
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > bindparam("today")),
        ),
    )
    .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        Account.disabled_at.is_(None),
        or_(Employee.left_on.is_(None), Employee.left_on > bindparam("today")),
    )
)
"""Built once, because every request asks it."""


def find_signed_in(
    session: Session, token: str, *, now: datetime, idle: timedelta, absolute: timedelta
) -> SignedIn | None:
    """The person behind a session token: one statement for account, person and roles."""
    rows = _SIGNED_IN.all(session, token_hash=token_hash(token), today=jst_date(now))
    if not rows:
        return None
    first = rows[0]
    if not session_alive(
        created_at=first[1],
        seen_at=first[2],
        shared_device=first[3],
        now=now,
        idle=idle,
        absolute=absolute,
    ):
        return None
    grants = [Grant(Role.EMPLOYEE)]
    # A grant whose unit is gone gives nothing, because an empty path would mean everything.
    grants += [
        Grant(row[9], row[10] or "")
        for row in rows
        if row[9] is not None and (row[11] is None or row[10])
    ]
    actor = Actor(
        tenant_id=tenant_of(session),
        account_id=first[4],
        employee_id=first[6],
        name=first[7],
        staff_no=first[8],
        locale=first[5],
        tier=first[12],
        grants=tuple(grants),
        login_id=first[0],
        must_change=first[13],
    )
    return SignedIn(actor, first[2], first[3])


def find_candidate(session: Session, name: str, *, now: datetime) -> SignInCandidate | None:
    """The account for a staff number or mail address as typed, in full-width characters too.

    Capitals make no difference, as they make none when somebody is given a name. A staff number
    as it is written goes first: it has an index, and most people sign in with it.
    """
    typed = {name.strip(), narrow(name)}
    found = _candidate(session, Employee.staff_no.in_(typed), now)
    lower = {each.lower() for each in typed}
    # Each of the two below reads everybody, so an address is not sought among the numbers first.
    if found is None and "@" in narrow(name):
        found = _candidate(session, func.lower(Employee.mail).in_(lower), now)
    if found is None and not narrow(name).isdigit():
        # SQLite's ``lower`` leaves capitals like É as they are, and so does that of bytes.
        spelt = lower | {each.upper().encode().lower().decode() for each in typed}
        found = _candidate(session, func.lower(Employee.staff_no).in_(spelt), now)
    return found


def _candidate(
    session: Session, named: ColumnElement[bool], now: datetime
) -> SignInCandidate | None:
    row = session.execute(
        select(Account.id, Account.password_hash, Account.disabled_at)
        .join(Employee, Employee.id == Account.employee_id)
        .where(named, or_(Employee.left_on.is_(None), Employee.left_on > jst_date(now)))
        .order_by(Account.id)
    ).first()
    return None if row is None else SignInCandidate(row[0], row[1], row[2] is not None)


def password_hash_of(session: Session, account_id: int) -> str:
    """What is stored of an account's password."""
    return session.scalar(select(Account.password_hash).where(Account.id == account_id)) or ""


def list_failures(session: Session, name: str, *, now: datetime) -> Sequence[datetime]:
    """Failed attempts for a name within the last day, oldest first."""
    return list(
        session.scalars(
            select(SignInFailure.at)
            .where(
                SignInFailure.name_key == search_key(name),
                SignInFailure.at > now - timedelta(days=1),
            )
            .order_by(SignInFailure.at)
        )
    )
