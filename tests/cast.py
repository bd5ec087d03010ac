"""The named people and the two municipalities that every test knows.

青木 (general staff), 上田 (DX leader), 遠藤 (trainer), 小野 (HR), 加藤 (auditor) and 木村 (head
of 市民課) are in 青葉市; 北山 (HR) and 久保 (general staff) in 緑川町 are the outsiders of every
access test, and every text about them carries a canary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from lms.core.access import Actor, Grant, Role, system_actor
from lms.identity.passwords import hash_password
from lms.identity.service import create_account
from lms.people.service import create_employee, create_unit, grant_role
from lms.tenants.service import create_tenant, ensure_library

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.db.engine import Database
    from lms.people.models import OrgUnit

CANARY = "カナリアZQX"
PASSWORD = "hanamizuki-2026"
HIRED = date(2020, 4, 1)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    staff_no: str
    tenant_id: int
    employee_id: int
    employee_public_id: str
    account_id: int

    def actor(self, *roles: Role) -> Actor:
        """Who this person is to the services: an employee who also has these roles."""
        return Actor(
            tenant_id=self.tenant_id,
            account_id=self.account_id,
            employee_id=self.employee_id,
            name=self.name,
            staff_no=self.staff_no,
            grants=tuple(Grant(role) for role in (Role.EMPLOYEE, *roles)),
        )


@dataclass(frozen=True, slots=True)
class Cast:
    aoba: int
    midorikawa: int
    aoki: Person
    ueda: Person
    endo: Person
    ono: Person
    kato: Person
    kimura: Person
    kitayama: Person
    kubo: Person
    units: dict[str, tuple[int, str]]
    """Code of a unit of 青葉市 to its key and public id."""


def build_cast(database: Database, _now: datetime) -> Cast:
    """Make both municipalities; safe to call once on an empty database."""
    with database.platform_transaction(reason="cast") as session:
        ensure_library(session)
        session.flush()
        aoba = create_tenant(session, "012025", "青葉市", name_en="Aoba City")
        midorikawa = create_tenant(session, "012033", f"緑川町{CANARY}")
        session.flush()
        ids = aoba.id, midorikawa.id
    with database.transaction(ids[0]) as session:
        units = _units(session)
        civic, desk, personnel = units["04"], units["0401"], units["0202"]
        people = {
            "aoki": _person(session, "0000101", "青木 花", "アオキ ハナ", desk),
            "ueda": _person(session, "0000102", "上田 誠", "ウエダ マコト", desk, tier="dx-leader"),
            "endo": _person(session, "0000103", "遠藤 恵", "エンドウ メグミ", units["0203"]),
            "ono": _person(session, "0000104", "小野 里奈", "オノ リナ", personnel),
            "kato": _person(session, "0000105", "加藤 実", "カトウ ミノル", units["02"]),
            "kimura": _person(session, "0000106", "木村 剛", "キムラ ツヨシ", desk, head=True),
        }
        actor = system_actor(ids[0])
        for name, role, unit in (
            ("endo", Role.TRAINER, None),
            ("ono", Role.HR, None),
            ("kato", Role.AUDITOR, None),
            ("kimura", Role.UNIT_HEAD, desk),
        ):
            person = people[name][0]
            grant_role(session, person, role, unit=unit, valid_from=HIRED, actor=actor)
        session.flush()
        found = {key: _fact(person, account) for key, (person, account) in people.items()}
        known = {code: (unit.id, unit.public_id) for code, unit in units.items()}
        del civic
    with database.transaction(ids[1]) as session:
        unit = create_unit(session, "01", f"総務課{CANARY}", parent=None, valid_from=HIRED)
        outsiders = {
            "kitayama": _person(
                session,
                f"9{CANARY}1",
                f"北山 {CANARY}",
                CANARY,
                unit,
                mail=f"k@{CANARY}.example.jp",
            ),
            "kubo": _person(session, f"9{CANARY}2", f"久保 {CANARY}", CANARY, unit),
        }
        grant_role(
            session, outsiders["kitayama"][0], Role.HR, valid_from=HIRED, actor=system_actor(ids[1])
        )
        session.flush()
        found |= {key: _fact(person, account) for key, (person, account) in outsiders.items()}
    return Cast(aoba=ids[0], midorikawa=ids[1], units=known, **found)


def _units(session: Session) -> dict[str, OrgUnit]:
    tree = {
        "02": ("総務部", None),
        "0202": ("人事課", "02"),
        "0203": ("情報政策課", "02"),
        "04": ("市民部", None),
        "0401": ("市民課", "04"),
        "040101": ("窓口係", "0401"),
        "0402": ("保険年金課", "04"),
    }
    units: dict[str, OrgUnit] = {}
    for code, (name, parent) in tree.items():
        above = units[parent] if parent else None
        units[code] = create_unit(session, code, name, parent=above, valid_from=HIRED)
    return units


def _person(
    session: Session,
    staff_no: str,
    name: str,
    kana: str,
    unit: OrgUnit,
    *,
    mail: str = "",
    tier: str = "general",
    head: bool = False,
) -> tuple[object, object]:
    person = create_employee(
        session,
        staff_no,
        name,
        kana,
        unit=unit,
        joined_on=HIRED,
        mail=mail or f"{staff_no}@example.jp",
        tier=tier,
        is_head=head,
    )
    return person, create_account(session, person, hash_password(PASSWORD, memory_kib=64))


def _fact(person: object, account: object) -> Person:
    return Person(
        name=person.name,  # type: ignore[attr-defined]
        staff_no=person.staff_no,  # type: ignore[attr-defined]
        tenant_id=person.tenant_id,  # type: ignore[attr-defined]
        employee_id=person.id,  # type: ignore[attr-defined]
        employee_public_id=person.public_id,  # type: ignore[attr-defined]
        account_id=account.id,  # type: ignore[attr-defined]
    )
