"""Load data: a municipality of any size, made in bulk for measuring and for trying out.

The rows are those that the services would write, without launches, single beats and audit rows:
nothing happened in a browser, so nothing is invented about it. ``lms verify`` finds no fault.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assessment.content import read_key
from lms.assessment.models import Attempt, Question
from lms.assessment.values import OptionSource, QuestionKind, QuestionSource
from lms.assignments import service as assignments
from lms.assignments.models import Assignment, Campaign
from lms.assignments.service import Audience
from lms.catalog import service as catalog
from lms.catalog.content import content_of
from lms.catalog.models import Course, Module, ModuleVersion
from lms.catalog.source import CourseSource, ModuleSource, SlideSource
from lms.core.access import Role, system_actor
from lms.core.db.dialect import count_rows, insert_or_ignore
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.identity.models import Account
from lms.identity.passwords import hash_password
from lms.kernel.clock import jst_date
from lms.kernel.ids import public_id
from lms.kernel.result import DomainError
from lms.kernel.text import search_key
from lms.learning.models import Enrolment, ModuleProgress
from lms.ops.demo import town
from lms.ops.demo.acting import actor_of
from lms.ops.demo.bulk import (
    QUESTIONS,
    SLIDES,
    Published,
    add_histories,
    finish_histories,
    insert_rows,
)
from lms.people.models import Employee, EmploymentType, OrgUnit, Post
from lms.people.service import create_unit, grant_role
from lms.tenants.models import Tenant
from lms.tenants.service import create_tenant, ensure_library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.core.db.engine import Database

LOAD_CODE = "990027"
"""No prefecture has the number 99, so the code is nobody's."""
FOUNDED = date(1998, 4, 1)
PART = 5000
"""People whose rows are in memory at a time."""
PEOPLE_PER_DIVISION = 40
DIVISIONS_PER_DEPARTMENT = 8
ROLES = {1: Role.HR, 2: Role.TRAINER, 3: Role.TENANT_ADMIN, 4: Role.AUDITOR}
"""Staff number (as a number) to what this person is besides an employee."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was made."""

    tenant_id: int
    employees: int
    courses: int
    completed: int


def seed_load(
    database: Database,
    *,
    employees: int,
    courses: int,
    now: datetime,
    password: str,
    argon2_memory_kib: int = 19456,
    progress: Callable[[str, int, int], None] = lambda _s, _d, _t: None,
) -> Load:
    """Make the municipality 大浜市 with this many employees and courses asked of all of them.

    The employee ``0000001`` is HR, ``0000002`` trainer, ``0000003`` administrator, ``0000004``
    auditor and the first of each division its head; all have the same password. Each course
    has one module with a quiz of ten questions. People and each course are transactions of their
    own.

    Raises:
        DomainError: it exists already, or a number is not positive.
    """
    if employees < len(ROLES) or courses < 1:
        raise DomainError("load.size", "Ask for at least 4 employees and 1 course.")
    rng = random.Random(f"{employees}/{courses}")  # noqa: S311 - the same at every making
    with database.platform_transaction(reason="seed load") as session:
        if session.scalar(select(Tenant.id).where(Tenant.lg_code == LOAD_CODE)) is not None:
            raise DomainError("load.exists", "The load data exists already.")
        ensure_library(session)
        tenant = create_tenant(session, LOAD_CODE, "大浜市", name_en="Ohama City")
        session.flush()  # Everything of the municipality refers to its key.
        tenant_id = tenant.id
    with database.transaction(LIBRARY_TENANT_ID) as session:
        catalog.ensure_tiers(session)
    # One hash for all: ten thousand hashes would take minutes and protect nobody.
    hashed = hash_password(password, memory_kib=argon2_memory_kib)
    with database.transaction(tenant_id) as session:
        people = _make_people(session, employees, hashed, rng, tenant_id)
        actor = actor_of(session, "0000001", Role.HR)
    completed = 0
    for number in range(1, courses + 1):
        progress("courses", number - 1, courses)
        with database.transaction(tenant_id) as session:
            made = _publish(session, number, actor=system_actor(tenant_id), now=now)
            campaign = _campaign(session, made, actor=actor, now=now)
            for start in range(0, len(people), PART):
                part = people[start : start + PART]
                _assign(session, made, campaign, part)
                completed += add_histories(session, made, part, rng, now)
            if number.bit_count() == 1:
                count_rows(session, Enrolment, ModuleProgress, Attempt)
            finish_histories(session, made)
    progress("courses", courses, courses)
    return Load(tenant_id, employees, courses, completed)


def _make_people(
    session: Session, count: int, hashed: str, rng: random.Random, tenant_id: int
) -> list[int]:
    """Units, employees, posts and accounts; returns the employees' keys."""
    divisions: list[OrgUnit] = []
    department: OrgUnit | None = None
    for number in range(-(-count // PEOPLE_PER_DIVISION)):
        above, below = divmod(number, DIVISIONS_PER_DEPARTMENT)
        code = f"{above + 1:03}"
        if below == 0:
            department = create_unit(
                session, code, f"第{above + 1}部", parent=None, valid_from=FOUNDED
            )
        name = f"第{number + 1}課"
        divisions.append(
            create_unit(
                session, f"{code}{below + 1:02}", name, parent=department, valid_from=FOUNDED
            )
        )
    found: list[int] = []
    for start in range(0, count, PART):
        numbers = range(start + 1, min(start + PART, count) + 1)
        rows = [_employee(number, rng, tenant_id) for number in numbers]
        found += _insert_people(session, rows, [unit.id for unit in divisions], hashed)
    _grant(session, divisions, found, tenant_id)
    return found


def _insert_people(
    session: Session, rows: Sequence[dict[str, Any]], unit_ids: Sequence[int], hashed: str
) -> list[int]:
    """These employees with post and account; returns their keys in the order of staff numbers."""
    tenant_id = rows[0]["tenant_id"]
    insert_or_ignore(session, Employee, rows, ("tenant_id", "staff_no"))
    keys = session.scalars(
        select(Employee.id)
        .where(Employee.staff_no.between(rows[0]["staff_no"], rows[-1]["staff_no"]))
        .order_by(Employee.staff_no)
    ).all()
    posts = []
    for row, key in zip(rows, keys, strict=True):
        division, place = divmod(int(row["staff_no"]) - 1, PEOPLE_PER_DIVISION)
        posts.append(
            {
                "tenant_id": tenant_id,
                "employee_id": key,
                "unit_id": unit_ids[division],
                "primary": True,
                "is_head": place == 0,
                "valid_from": row["joined_on"],
            }
        )
    insert_rows(session, Post, posts)
    accounts = [
        {"tenant_id": tenant_id, "employee_id": key, "password_hash": hashed} for key in keys
    ]
    insert_rows(session, Account, accounts)
    return list(keys)


def _employee(number: int, rng: random.Random, tenant_id: int) -> dict[str, object]:
    (family, family_kana), (given, given_kana) = rng.choice(town.FAMILY), rng.choice(town.GIVEN)
    rank, order, _share = rng.choices(town.RANKS, [share for _n, _o, share in town.RANKS])[0]
    name, kana, staff_no = f"{family} {given}", f"{family_kana} {given_kana}", f"{number:07}"
    return {
        "tenant_id": tenant_id,
        "public_id": public_id(),
        "staff_no": staff_no,
        "name": name,
        "name_kana": kana,
        "search_key": search_key(f"{name} {kana} {staff_no}"),
        "mail": f"{staff_no}@ohama.example.jp",
        "rank": rank,
        "rank_order": order,
        "job_type": "一般事務",
        "employment_type": EmploymentType.REGULAR,
        "tier": "general",
        "joined_on": date(rng.randrange(1990, 2026), 4, 1),
    }


def _grant(
    session: Session, divisions: Sequence[OrgUnit], found: Sequence[int], tenant_id: int
) -> None:
    actor = system_actor(tenant_id)
    for number, role in ROLES.items():
        person = session.get_one(Employee, found[number - 1])
        grant_role(session, person, role, valid_from=FOUNDED, actor=actor)
    for at, unit in enumerate(divisions):
        head = session.get_one(Employee, found[at * PEOPLE_PER_DIVISION])
        grant_role(session, head, Role.UNIT_HEAD, unit=unit, valid_from=FOUNDED, actor=actor)


def _publish(session: Session, number: int, *, actor: Actor, now: datetime) -> Published:
    """Publish a course of one module with four silent slides and a quiz of ten questions."""
    source = ModuleSource(
        title=f"単元{number}",
        title_en=f"Module {number}",
        minutes=8,
        slides=tuple(
            SlideSource(id=f"s{at}", title=f"要点{at}", body=f"- 第{number}講座の要点{at}\n- 補足")
            for at in range(1, SLIDES + 1)
        ),
        pool=tuple(
            QuestionSource(
                id=f"q{at:02}",
                kind=QuestionKind.SINGLE,
                prompt=f"設問{at}: 正しい説明を選んでください。",
                options=(
                    OptionSource("正しい説明", correct=True),
                    OptionSource("誤った説明"),
                    OptionSource("関係のない説明"),
                ),
                explanation=f"要点{(at - 1) % SLIDES + 1}を見直してください。",
            )
            for at in range(1, QUESTIONS + 1)
        ),
    )
    about = CourseSource(
        id=f"load-{number:03}",
        tier=catalog.TIERS[number % 3][0],
        title=f"負荷試験用講座{number}",
        title_en=f"Load course {number}",
        modules=("01-module",),
        summary="件数の多いときの動きを確かめるための講座です。",
        required=True,
        certificate=False,
    )
    course = catalog.save_course(session, about, position=number, actor=actor, now=now)
    version = catalog.publish_module(
        session, course, "01-module", content_of(source), actor=actor, now=now
    ).version
    session.flush()  # The rows below are inserted by key.
    return _published(session, course, version)


def _published(session: Session, course: Course, version: ModuleVersion) -> Published:
    module = session.get_one(Module, version.module_id)
    questions = []
    for row in session.scalars(
        select(Question)
        .where(Question.quiz_version_id == version.final_quiz_version_id)
        .order_by(Question.position)
    ):
        right = read_key(row.key).right[0]
        wrong = next(option for option in row.body["options"] if option != right)
        questions.append((row.id, row.position, right, wrong))
    return Published(
        course_id=course.id,
        course_version_id=course.current_version_id or 0,
        module_id=module.id,
        module_version_id=version.id,
        quiz_id=module.final_quiz_id or 0,
        quiz_version_id=version.final_quiz_version_id or 0,
        questions=tuple(questions),
    )


def _campaign(session: Session, made: Published, *, actor: Actor, now: datetime) -> Campaign:
    """Ask everybody to take the course."""
    return assignments.create_campaign(
        session,
        session.get_one(Course, made.course_id),
        Audience(everybody=True),
        jst_date(now) + timedelta(days=made.course_id % 40),
        reason="全職員の必須研修です。",
        actor=actor,
        now=now - timedelta(days=30),
    )


def _assign(session: Session, made: Published, campaign: Campaign, people: Sequence[int]) -> None:
    """The duties of these people, which the job of the campaign would write."""
    rows = [
        {
            "tenant_id": campaign.tenant_id,
            "public_id": public_id(),
            "campaign_id": campaign.id,
            "employee_id": key,
            "course_id": made.course_id,
            "due_on": campaign.due_on,
            "effective_due_on": campaign.due_on,
            "assigned_at": campaign.created_at,
            "assigned_by": campaign.created_by,
        }
        for key in people
    ]
    insert_rows(session, Assignment, rows)
