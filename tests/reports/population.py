"""People, posts, leaves and duties of every kind, and what reports must say about them.

The expected rows are computed one by one with the pure rules, so that the SQL of the reports is
compared with something that was not written in SQL.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.assignments.models import Assignment, Campaign
from lms.assignments.rules import Absence, duty_state, is_absent
from lms.catalog.models import Course, Tier
from lms.learning.models import Enrolment
from lms.people.models import Employee, EmploymentType, LeaveKind, LeavePeriod, OrgUnit, Post
from lms.people.service import create_employee, create_unit
from tests.factories import make_course

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.db.engine import Database

TODAY = date(2026, 11, 16)
"""The day of the tests' clock."""
NOON = datetime(2026, 11, 1, 3, 7, tzinfo=UTC)
LONG_AGO = date(2015, 4, 1)
MODULES = 1
"""Of every course of the factory; who has not begun has them ahead."""
NAMES = (
    ("髙橋 𠮷子", "タカハシ ヨシコ"),
    ("渡邉 健", "ワタナベ ケン"),
    ("=1+2 太郎", "シキ タロウ"),
    ("今野 蓮", "コンノ レン"),
    ("今野 蓮", "コンノ レン"),
)


@dataclass(frozen=True)
class Expected:
    """A row that a report must show, with all that it may be filtered and ordered by."""

    duty: Assignment
    employee: Employee
    unit: OrgUnit
    course: Course
    tier: str
    enrolment: Enrolment | None
    state: str
    paths: tuple[str, ...]
    """Of the units of every post, primary or not, for the scope of heads."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.employee.staff_no, self.course.slug, self.state


def populate(
    database: Database, tenant_id: int, *, people: int = 40, seed: int = 5, prefix: str = "9"
) -> None:
    """Fill a municipality with people whose duties differ in everything that reports look at."""
    courses = [
        make_course(database, f"course-{n}", tier=tier, title=title)
        for n, tier, title in (
            (1, "general", "一般講座"),
            (2, "dx-leader", "リーダー講座"),
            (3, "expert", "専門講座"),
        )
    ]
    rng = random.Random(seed)  # noqa: S311 - the same people at every run
    with database.transaction(tenant_id) as session:
        units = [
            create_unit(session, f"{prefix}{n}", f"第{n}課", parent=None, valid_from=LONG_AGO)
            for n in range(3)
        ]
        section = create_unit(session, f"{prefix}01", "第0係", parent=units[0], valid_from=LONG_AGO)
        units.append(section)
        made = [_person(session, f"77{prefix}", n, units, rng) for n in range(people)]
        session.flush()
        campaigns = [_campaign(course.id, due) for course in courses for due in (-5, 9, 9, 40)]
        session.add_all(campaigns)
        session.flush()
        ids = {c.slug: (c.id, c.current_version_id) for c in session.scalars(select(Course))}
        for person in made:
            _duties(session, person, campaigns, rng)
            for course in courses:
                _enrolment(session, person, *ids[course.slug], rng)


def _person(
    session: Session, prefix: str, number: int, units: list[OrgUnit], rng: random.Random
) -> Employee:
    name, kana = NAMES[number % len(NAMES)]
    joined = rng.choice((LONG_AGO, TODAY, TODAY + timedelta(days=1)))
    person = create_employee(
        session,
        f"{prefix}{number:04}",
        name,
        kana,
        unit=rng.choice(units),
        joined_on=joined if number % 6 == 0 else LONG_AGO,
        employment_type=rng.choice((EmploymentType.REGULAR, EmploymentType.FISCAL_YEAR)),
    )
    session.flush()
    if number % 7 == 3:
        person.left_on = rng.choice((TODAY, TODAY + timedelta(days=1)))
    if number % 5 == 2 and number % 6:
        # Moved: the first post has ended, another one is the primary one now.
        old = session.scalars(select(Post).where(Post.employee_id == person.id)).one()
        old.valid_to = TODAY - timedelta(days=rng.choice((0, 3)))
        session.add(_post(person, rng.choice(units), old.valid_to, primary=True))
    if number % 4 == 1:
        session.add(_post(person, rng.choice(units), LONG_AGO, primary=False))
    if number % 3 == 0:
        begin = TODAY - timedelta(days=rng.choice((0, 20, 60)))
        session.add(
            LeavePeriod(
                employee_id=person.id,
                kind=LeaveKind.CHILDCARE,
                excludes=number % 2 == 0,
                valid_from=begin,
                valid_to=rng.choice((None, TODAY + timedelta(days=1), begin + timedelta(days=20))),
            )
        )
    return person


def _post(person: Employee, unit: OrgUnit, begin: date, *, primary: bool) -> Post:
    return Post(employee_id=person.id, unit_id=unit.id, primary=primary, valid_from=begin)


def _campaign(course_id: int, days: int) -> Campaign:
    return Campaign(
        course_id=course_id,
        audience={"everybody": True},
        due_on=TODAY + timedelta(days=days),
        created_at=NOON,
        created_by="小野 里奈",
    )


def _duties(
    session: Session, person: Employee, campaigns: list[Campaign], rng: random.Random
) -> None:
    for campaign in rng.sample(campaigns, rng.randrange(0, 9)):
        session.add(
            Assignment(
                campaign_id=campaign.id,
                employee_id=person.id,
                course_id=campaign.course_id,
                due_on=campaign.due_on,
                effective_due_on=campaign.due_on + timedelta(days=rng.choice((0, 0, 0, 30))),
                assigned_at=NOON,
                assigned_by=rng.choice(("小野 里奈", "-人事課")),
                cancelled_at=NOON if rng.random() < 0.15 else None,
            )
        )


def _enrolment(
    session: Session, person: Employee, course_id: int, version_id: int, rng: random.Random
) -> None:
    lot = rng.random()
    if lot < 0.3:
        return
    begun = NOON - timedelta(hours=rng.randrange(1, 900))
    session.add(
        Enrolment(
            employee_id=person.id,
            course_id=course_id,
            course_version_id=version_id,
            enrolled_at=begun,
            started_at=begun if lot > 0.4 else None,
            completed_at=begun + timedelta(minutes=33) if lot > 0.7 else None,
            score=rng.choice((60.0, 87.5, 100.0, 200 / 3)) if lot > 0.6 else None,
            modules_completed=int(lot > 0.7),
            modules_total=1,
        )
    )


def expected_rows(session: Session, today: date = TODAY) -> list[Expected]:
    """Every row of the municipality, by the rules and in no order."""

    def covers(row: Post) -> bool:
        return row.valid_from <= today and (row.valid_to is None or today < row.valid_to)

    units = {unit.id: unit for unit in session.scalars(select(OrgUnit))}
    courses = {course.id: course for course in session.scalars(select(Course))}
    tiers = {tier.id: tier.code for tier in session.scalars(select(Tier))}
    posts, leaves = list(session.scalars(select(Post))), list(session.scalars(select(LeavePeriod)))
    taken = {(e.employee_id, e.course_id): e for e in session.scalars(select(Enrolment))}
    first: dict[tuple[int, int], Assignment] = {}
    for duty in session.scalars(select(Assignment).order_by(Assignment.id)):
        if duty.cancelled_at is None:
            key = duty.employee_id, duty.course_id
            if key not in first or duty.effective_due_on < first[key].effective_due_on:
                first[key] = duty
    found = []
    for person in session.scalars(select(Employee)):
        if person.joined_on > today or (person.left_on is not None and person.left_on <= today):
            continue
        own = [post for post in posts if post.employee_id == person.id and covers(post)]
        away = tuple(
            Absence(leave.valid_from, leave.valid_to)
            for leave in leaves
            if leave.employee_id == person.id and leave.excludes
        )
        for (employee_id, course_id), duty in first.items():
            if employee_id != person.id:
                continue
            enrolment = taken.get((employee_id, course_id))
            state = duty_state(
                started=enrolment is not None and enrolment.started_at is not None,
                completed=enrolment is not None and enrolment.completed_at is not None,
                due_on=duty.effective_due_on,
                absent=is_absent(away, today),
                today=today,
            )
            course = courses[course_id]
            found += [
                Expected(
                    duty=duty,
                    employee=person,
                    unit=units[post.unit_id],
                    course=course,
                    tier=tiers[course.tier_id],
                    enrolment=enrolment,
                    state=state.value,
                    paths=tuple(units[other.unit_id].path for other in own),
                )
                for post in own
                if post.primary
            ]
    return found
