"""Make the demo municipality with people, duties, histories and scores, through the services."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assignments import service as assignments
from lms.assignments.service import Audience
from lms.catalog.models import Course
from lms.core.access import Actor, Role, system_actor
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.identity.passwords import hash_password
from lms.identity.service import create_account
from lms.kernel.clock import jst_date
from lms.kernel.messages import N_
from lms.kernel.result import DomainError
from lms.ops.demo import town
from lms.ops.demo.acting import PEOPLE, PersonRow, actor_of, as_actor
from lms.ops.demo.history import Lesson, lessons_of, study
from lms.people.models import Employee, EmploymentType, LeaveKind, OrgUnit
from lms.people.service import (
    add_leave,
    add_post,
    create_employee,
    create_unit,
    grant_role,
)
from lms.tenants.models import Tenant
from lms.tenants.service import create_tenant, ensure_library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from lms.core.db.engine import Database

AOBA = "990019"
"""No prefecture has the number 99, so the code is nobody's."""
FOUNDED = date(1998, 4, 1)
AT_ONCE = 10
"""People whose histories are written in one transaction."""
DEMO_PASSWORD = "aoba-demo-2026"  # noqa: S105 - printed at the start, for the demo only
SETTINGS: dict[str, Any] = {
    "contact_desk": "総務部人事課 人材育成係",
    "contact_phone": "2214",
    "contact_mail": "jinzai@aoba.example.jp",
    "issuer": "青葉市長 青山 みどり",
    "slots": {
        "dx_office": "情報政策課 DX推進係(内線2231)",
        "security_contact": "情報政策課 基盤係(内線2233・夜間は守衛室 内線9)",
        "privacy_contact": "総務課(内線2205)",
        "hr_office": "人事課 人材育成係(内線2214)",
        "ai_service": "庁内生成AI「あおばアシスト」",
        "password_rule": "12文字以上で、ほかで使っていないもの",
        "portal": "庁内ポータル「あおばネット」",
    },
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in to print: what the person is, and the staff number."""

    role: str
    staff_no: str
    name: str


ROLES = {
    "learner": N_("Employee"),
    "leader": N_("DX leader"),
    "trainer": N_("Trainer"),
    "hr": N_("HR"),
    "head": N_("Section head"),
    "auditor": N_("Auditor"),
    "admin": N_("Administrator"),
}


def demo_exists(database: Database) -> bool:
    """Whether 青葉市 is there already."""
    with database.platform_session(reason="demo check", read_only=True) as session:
        return session.scalar(select(Tenant.id).where(Tenant.lg_code == AOBA)) is not None


def demo_tenant_id(database: Database) -> int:
    """The key of 青葉市."""
    with database.platform_session(reason="demo check", read_only=True) as session:
        return session.scalars(select(Tenant.id).where(Tenant.lg_code == AOBA)).one()


def seed_demo(
    database: Database,
    *,
    now: datetime,
    password: str = DEMO_PASSWORD,
    argon2_memory_kib: int = 19456,
    progress: Callable[[str, int, int], None] = lambda _s, _d, _t: None,
) -> int:
    """Make 青葉市; the shared courses must be loaded. Returns its key.

    The municipality and its people are made in one transaction, histories after it for some
    people at a time, so that a stopped making can be seen and done again on an empty folder.

    Raises:
        DomainError: it exists already, or no course is loaded.
    """
    if demo_exists(database):
        raise DomainError("demo.exists", "The demo municipality exists already.")
    with database.session(LIBRARY_TENANT_ID, read_only=True) as session:
        # Asked before anything is made, for a half-made demo could not be made again.
        if session.scalar(select(Course.id).limit(1)) is None:
            raise DomainError(
                "demo.courses", "Load the courses first: flask --app wsgi lms content load"
            )
    with database.platform_transaction(reason="seed demo") as session:
        ensure_library(session)
        tenant = create_tenant(
            session, AOBA, "青葉市", name_en="Aoba City", accent="0b5a50", settings=SETTINGS
        )
        session.flush()  # Everything of the municipality refers to its key.
        tenant_id = tenant.id
    # One hash for all demo accounts: 120 hashes would take seconds and protect nobody.
    hashed = hash_password(password, memory_kib=argon2_memory_kib)
    progress("making people", 0, 1)
    with database.transaction(tenant_id) as session:
        _make_people(session, hashed, system_actor(tenant_id), jst_date(now))
    progress("making people", 1, 1)
    with database.transaction(tenant_id) as session:
        _make_campaigns(session, now)
    _make_histories(database, tenant_id, now, progress)
    return tenant_id


def sign_ins() -> list[SignIn]:
    """The sign-ins worth printing, one for each role."""
    return [SignIn(ROLES[p.key], p.staff_no, p.name) for p in town.NAMED if p.key in ROLES]


def _make_people(session: Session, hashed: str, actor: Actor, today: date) -> None:
    units: dict[str, OrgUnit] = {}
    for code, name, name_en, parent in town.UNITS:
        above = units[parent] if parent else None
        units[code] = create_unit(
            session, code, name, name_en=name_en, parent=above, valid_from=FOUNDED
        )
    made: list[Employee] = []
    for person in town.people():
        fiscal = person.rank == "会計年度任用職員"
        employee = create_employee(
            session,
            person.staff_no,
            person.name,
            person.kana,
            unit=units[person.unit],
            joined_on=person.joined_on,
            mail=f"{person.staff_no}@aoba.example.jp",
            rank=person.rank,
            rank_order=person.rank_order,
            job_type="一般事務",
            employment_type=EmploymentType.FISCAL_YEAR if fiscal else EmploymentType.REGULAR,
            tier=person.tier,
            is_head=person.head,
        )
        if person.concurrent:
            add_post(
                session,
                employee,
                units[person.concurrent],
                valid_from=date(2026, 4, 1),
                primary=False,
            )
        for role, unit in person.roles:
            grant_role(
                session,
                employee,
                Role(role),
                unit=units[unit] if unit else None,
                valid_from=person.joined_on,
                actor=actor,
            )
        create_account(session, employee, hashed)
        made.append(employee)
    kinds = (LeaveKind.CHILDCARE, LeaveKind.SICK, LeaveKind.CHILDCARE)
    for employee, kind in zip(made[40:100:20], kinds, strict=False):
        add_leave(session, employee, kind, today - timedelta(days=150), today + timedelta(days=90))
    add_leave(
        session, made[60], LeaveKind.SICK, today - timedelta(days=80), today - timedelta(days=12)
    )


def _make_campaigns(session: Session, now: datetime) -> None:
    courses = {c.slug: c for c in session.scalars(select(Course))}
    actor = actor_of(session, "0000104", Role.HR)
    begin = now - timedelta(days=45)
    units = {u.code: u.public_id for u in session.scalars(select(OrgUnit))}
    plans = (
        ("information-security", Audience(everybody=True), 10, "情報セキュリティポリシーに基づく年1回の研修です。"),
        ("leader-role", Audience(units=(units["0402"], units["0203"])), 30, "各課のDX推進リーダー候補の研修です。"),
        ("government-cloud", Audience(units=(units["0203"],)), -5, "標準準拠システムへの移行に備えた研修です。"),
    )  # fmt: skip
    for slug, audience, days, reason in plans:
        if slug in courses:
            campaign = assignments.create_campaign(
                session,
                courses[slug],
                audience,
                jst_date(now + timedelta(days=days)),
                reason=reason,
                actor=actor,
                now=begin,
            )
            assignments.apply_campaign(session, campaign, now=begin)


def _make_histories(
    database: Database, tenant_id: int, now: datetime, progress: Callable[[str, int, int], None]
) -> None:
    with database.session(tenant_id, read_only=True) as session:
        people = [PersonRow(*row) for row in session.execute(PEOPLE.order_by(Employee.id))]
        courses = {
            course.slug: (course.id, lessons_of(session, course.id))
            for course in session.scalars(select(Course))
            if course.slug in {"information-security", "leader-role"}
        }
    for start in range(0, len(people), AT_ONCE):
        progress("histories", start, len(people))
        # What is read for one person need not be read again for the next in the same session.
        with database.transaction(tenant_id) as session:
            for person in people[start : start + AT_ONCE]:
                _make_history(session, tenant_id, person, courses, now)
    progress("histories", len(people), len(people))


def _make_history(
    session: Session,
    tenant_id: int,
    person: PersonRow,
    courses: Mapping[str, tuple[int, tuple[Lesson, ...]]],
    now: datetime,
) -> None:
    # Drawn questions differ from making to making; how far somebody comes must not follow them.
    rng = random.Random(f"20261122/{person.staff_no}")  # noqa: S311 - the same plans at every making
    if person.staff_no == "0000101":
        plan = [("information-security", 1.4)]
    else:
        # 6 % never start, the others get further the nearer the due date is (domain study G-4).
        amount = 0.0 if rng.random() < 0.06 else rng.choices((0.5, 1.6, 3.0), (18, 22, 60))[0]
        plan = [("information-security", amount)]
        if rng.random() < 0.1:
            plan.append(("leader-role", rng.choice((0.7, 3.0))))
    actor = as_actor(tenant_id, person)
    for slug, amount in plan:
        if slug in courses and amount > 0:
            begin = now - timedelta(days=rng.uniform(6, 40), hours=rng.uniform(0, 6))
            study(session, *courses[slug], amount, actor=actor, begin=begin, end=now, rng=rng)
