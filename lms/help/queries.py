"""The pages of the manual, read from text files beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lms.core.access import ROLE_PERMISSIONS, Permission, Role
from lms.kernel import markdown
from lms.kernel.result import NotFoundError

ROOT = Path(__file__).resolve().parent / "pages"
PERMISSION_LABELS = {
    Permission.ANSWERS_VIEW: "See how others answered each question",
    Permission.ASSIGNMENT_EDIT: "Assign courses",
    Permission.ATTEMPT_GRANT: "Grant one more attempt at a quiz",
    Permission.AUDIT_VIEW: "Read the audit log",
    Permission.CERTIFICATE_REVOKE: "Revoke a certificate issued in error",
    Permission.COURSE_EDIT: "Import and edit materials, see their results",
    Permission.COURSE_LEARN: "Take courses and see one's own record",
    Permission.COURSE_PUBLISH: "Publish materials",
    Permission.JOB_VIEW: "See background work",
    Permission.PERSON_VIEW: "See the record of a person in scope",
    Permission.PUBLIC: "Open public pages",
    Permission.REPORT_EXPORT: "Export reports as files",
    Permission.REPORT_VIEW: "See completion and scores in scope",
    Permission.SIGNED_IN: "Open pages for everybody who is signed in",
}
"""English message ids of what somebody may do."""
ROLE_LABELS = {
    Role.EMPLOYEE: "Employee",
    Role.UNIT_HEAD: "Section head",
    Role.TRAINER: "Trainer",
    Role.HR: "HR",
    Role.AUDITOR: "Auditor",
    Role.TENANT_ADMIN: "Administrator",
}
"""English message ids of the roles."""
ORDER = (
    "learning",
    "player",
    "authoring",
    "writing",
    "format",
    "personnel",
    "operating",
    "permissions",
)
"""Names of the pages in the order of the list of contents."""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of the manual: its name in the address, its title and its HTML."""

    name: str
    title: str
    html: str


@lru_cache(maxsize=64)
def help_page(name: str, locale: str) -> HelpPage:
    """One page in a language.

    Raises:
        NotFoundError: there is no such page.
    """
    if name not in ORDER:
        raise NotFoundError(name)
    text = (ROOT / locale / f"{name}.md").read_text(encoding="utf-8")
    first, _, rest = text.partition("\n")
    html = markdown.to_html(rest, resolve_asset=lambda _name: None, fill_slot=lambda _name: None)
    # The kernel's headings begin below a slide's title; here they stand below the page's.
    shifted = html.replace("<h3", "<h2").replace("</h3>", "</h2>")
    return HelpPage(name, first.removeprefix("# ").strip(), shifted)


def contents(locale: str) -> tuple[HelpPage, ...]:
    """Every page in order."""
    return tuple(help_page(name, locale) for name in ORDER)


def permission_rows() -> tuple[tuple[str, tuple[bool, ...]], ...]:
    """Each permission's label with whether each role has it, in the order of ``Role``."""
    return tuple(
        (
            PERMISSION_LABELS[permission],
            tuple(permission in ROLE_PERMISSIONS[role] for role in Role),
        )
        for permission in Permission
    )
