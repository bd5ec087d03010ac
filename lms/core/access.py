"""Permissions, roles and the actor: who somebody is and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Permission(StrEnum):
    """Every permission of the product, in alphabetical order."""

    ANSWERS_VIEW = "answers:view"
    """See the answers of other people question by question."""

    ASSIGNMENT_EDIT = "assignment:edit"
    """Ask departments or people to take a course by a date."""

    ATTEMPT_GRANT = "attempt:grant"
    """Give somebody in scope one more attempt at a quiz."""

    AUDIT_VIEW = "audit:view"
    """Read the audit log."""

    CERTIFICATE_REVOKE = "certificate:revoke"
    """Revoke a certificate issued in error, and issue a new one for one revoked in error."""

    COURSE_EDIT = "course:edit"
    """Import decks, write drafts and see the results of own modules."""

    COURSE_LEARN = "course:learn"
    """Take courses and keep an own record."""

    COURSE_PUBLISH = "course:publish"
    """Make a draft the current version."""

    JOB_VIEW = "job:view"
    """See background work of the municipality."""

    PERSON_VIEW = "person:view"
    """See the learning record of people in scope."""

    PUBLIC = "public"
    """Needs no sign-in."""

    REPORT_EXPORT = "report:export"
    """Take a report away as CSV or XLSX."""

    REPORT_VIEW = "report:view"
    """See completion and scores of units in scope."""

    SIGNED_IN = "signed-in"
    """Any signed-in person."""


class Role(StrEnum):
    """What somebody is in their municipality; a role may be limited to a unit and what is below."""

    EMPLOYEE = "employee"
    UNIT_HEAD = "unit-head"
    TRAINER = "trainer"
    HR = "hr"
    AUDITOR = "auditor"
    TENANT_ADMIN = "tenant-admin"


_EVERYBODY = frozenset({Permission.PUBLIC, Permission.SIGNED_IN, Permission.COURSE_LEARN})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: _EVERYBODY,
    Role.UNIT_HEAD: _EVERYBODY
    | {Permission.REPORT_VIEW, Permission.REPORT_EXPORT, Permission.PERSON_VIEW},
    Role.TRAINER: _EVERYBODY
    | {Permission.COURSE_EDIT, Permission.COURSE_PUBLISH, Permission.JOB_VIEW},
    Role.HR: _EVERYBODY
    | {
        Permission.REPORT_VIEW,
        Permission.REPORT_EXPORT,
        Permission.PERSON_VIEW,
        Permission.ANSWERS_VIEW,
        Permission.ASSIGNMENT_EDIT,
        Permission.ATTEMPT_GRANT,
        Permission.CERTIFICATE_REVOKE,
    },
    Role.AUDITOR: _EVERYBODY
    | {
        Permission.REPORT_VIEW,
        Permission.REPORT_EXPORT,
        Permission.PERSON_VIEW,
        Permission.ANSWERS_VIEW,
        Permission.AUDIT_VIEW,
    },
    Role.TENANT_ADMIN: _EVERYBODY
    | {
        Permission.COURSE_EDIT,
        Permission.COURSE_PUBLISH,
        Permission.JOB_VIEW,
        Permission.AUDIT_VIEW,
    },
}
"""The one role table; it is printed as a help page."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role somebody holds today. ``unit_path`` limits it to a unit subtree; empty: everything."""

    role: Role
    unit_path: str = ""


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person, the public or the system.

    ``unit_path`` values are materialised paths such as ``/3/17/`` (``people.OrgUnit.path``).
    """

    tenant_id: int
    account_id: int | None = None
    employee_id: int | None = None
    name: str = ""
    staff_no: str = ""
    locale: str = ""
    tier: str = ""
    """Code of the tier the person is trained for."""
    grants: tuple[Grant, ...] = ()
    login_id: int | None = None
    must_change: bool = False
    """Whether the password has to be changed before anything else."""

    @property
    def is_anonymous(self) -> bool:
        return self.account_id is None

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything any of the roles allows, whatever its scope."""
        found: set[Permission] = {Permission.PUBLIC}
        for grant in self.grants:
            found |= ROLE_PERMISSIONS[grant.role]
        return frozenset(found)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def can(self, permission: Permission | str) -> bool:
        """Whether some role of the actor allows it (the object may still be out of scope)."""
        return Permission(permission) in self.permissions

    @property
    def only_reads(self) -> bool:
        """Whether somebody sees the pages of the personnel section as an auditor alone."""
        return self.can(Permission.AUDIT_VIEW) and not (
            self.can(Permission.ASSIGNMENT_EDIT) or self.can(Permission.COURSE_EDIT)
        )

    def scope(self, permission: Permission) -> tuple[str, ...] | None:
        """The unit paths in which the actor has a permission; ``None`` means the whole tenant.

        An empty tuple means nowhere.
        """
        paths = [g.unit_path for g in self.grants if permission in ROLE_PERMISSIONS[g.role]]
        return None if "" in paths else tuple(paths)


def system_actor(tenant_id: int) -> Actor:
    """The product itself, for jobs and commands."""
    return Actor(tenant_id=tenant_id, name="system")
