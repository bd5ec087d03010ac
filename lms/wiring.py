"""The tables that put the slices together: blueprints, listeners, navigation, tasks."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lms.assessment.events import AttemptGraded
from lms.assignments import queries as assignment_queries
from lms.assignments.views import assignments
from lms.authoring import narrating
from lms.authoring.materials import install_learners
from lms.authoring.views import captions as draft_captions
from lms.authoring.views import drafts, imports, recordings
from lms.authoring.views.slice import authoring
from lms.catalog.events import ModulePublished
from lms.certification import queries as certification_queries
from lms.certification import service as certification_service
from lms.certification.rules import CertificateState
from lms.certification.views import certification
from lms.core.access import Permission
from lms.core.web.state import NavItem, TenantInfo
from lms.help.views import manual
from lms.home.views import home
from lms.identity.views import identity
from lms.jobs.schedule import Periodic
from lms.jobs.views import jobs
from lms.learning import service as learning_service
from lms.learning.access import Asked, install_admission
from lms.learning.events import CourseCompleted
from lms.learning.outline import Proof, install_proofs
from lms.learning.queries import learners_of
from lms.learning.views import captions, courses, paper, player, programmes, quiz
from lms.learning.views.slice import learning
from lms.ops.gallery_views import design
from lms.ops.health_views import health
from lms.reports import grant_views, results_views
from lms.reports.views import reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sqlalchemy.orm import Session

    from lms.core.web.slice import Slice
    from lms.tenants.queries import TenantDirectory, TenantRow

SLICES: tuple[Slice, ...] = (
    identity,
    jobs,
    health,
    design,
    certification,
    learning,
    authoring,
    assignments,
    reports,
    home,
    manual,
)

PAGE_MODULES = (
    captions,
    courses,
    paper,
    player,
    programmes,
    quiz,
    draft_captions,
    drafts,
    imports,
    recordings,
    grant_views,
    results_views,
)
"""Modules whose import registers pages of a slice that has several."""

LISTENERS: dict[type[Any], tuple[Callable[[Session, Any], None], ...]] = {
    AttemptGraded: (learning_service.hear_attempt,),
    CourseCompleted: (certification_service.on_course_completed,),
    ModulePublished: (narrating.on_module_published,),
}
"""Event type to the functions that hear of it, in order."""

TASK_MODULES: tuple[str, ...] = (
    "lms.assessment.tasks",
    "lms.assignments.tasks",
    "lms.authoring.tasks",
    "lms.certification.tasks",
    "lms.ops.tasks",
)
"""Modules whose import registers background tasks."""

SCHEDULE: tuple[Periodic, ...] = (
    Periodic("assessment.close_expired", timedelta(minutes=10)),
    Periodic("assignments.reconcile", timedelta(days=1)),
    Periodic("ops.seal_audit", timedelta(hours=1)),
    Periodic("ops.forget_keys", timedelta(hours=6)),
    Periodic("ops.forget_failures", timedelta(days=1)),
    Periodic("ops.forget_jobs", timedelta(days=1)),
    Periodic("ops.refresh_statistics", timedelta(days=1), whole_server=True),
)
"""Tasks that are done at equal distances."""

NAVIGATION: tuple[NavItem, ...] = (
    NavItem("learn", "Home", "home.index", "home", Permission.COURSE_LEARN, bottom=True),
    NavItem(
        "learn",
        "Courses",
        "learning.courses",
        "book",
        Permission.COURSE_LEARN,
        bottom=True,
        also=("/learn", "/programmes"),
    ),
    NavItem("learn", "My record", "home.record", "record", Permission.COURSE_LEARN, bottom=True),
    NavItem("learn", "Help", "help.index", "help", Permission.SIGNED_IN, bottom=True),
    NavItem("author", "Materials", "authoring.materials", "slides", Permission.COURSE_EDIT),
    NavItem("hr", "Learning status", "reports.overview", "chart", Permission.REPORT_VIEW),
    NavItem("hr", "Learning status by person", "reports.people", "users", Permission.REPORT_VIEW),
    NavItem("hr", "Correct rate by question", "reports.questions", "quiz", Permission.REPORT_VIEW),
    NavItem("hr", "Assignments", "assignments.campaigns", "calendar", Permission.ASSIGNMENT_EDIT),
    NavItem("admin", "Background work", "jobs.list", "clock", Permission.JOB_VIEW),
)

__all__ = [
    "LISTENERS",
    "NAVIGATION",
    "PAGE_MODULES",
    "SCHEDULE",
    "SLICES",
    "TASK_MODULES",
    "Permission",
    "tenant_info",
]


def _asked_courses(session: Session, employee_id: int, today: date) -> dict[int, Asked]:
    """What the assignments say somebody must take."""
    return {
        duty.course_id: Asked(duty.due_on, duty.assigned_by, duty.reason)
        for duty in assignment_queries.duties(session, employee_id, today)
    }


def _certificate_of(session: Session, employee_id: int, course_id: int) -> Proof | None:
    """What the certificates say somebody was given for a course."""
    found = certification_queries.find_newest(session, employee_id, course_id)
    if found is None:
        return None
    return Proof(found.public_id, found.number, found.state is CertificateState.REVOKED)


install_admission(_asked_courses)
install_proofs(_certificate_of)
install_learners(learners_of)


def load_tasks() -> None:
    """Make every background task known in this process."""
    for module in TASK_MODULES:
        import_module(module)


def tenant_info(directory: TenantDirectory, tenant_id: int) -> TenantInfo:
    """What pages know of a municipality."""
    row: TenantRow | None = directory.get(tenant_id)
    if row is None:
        return TenantInfo(tenant_id, "", "")
    values = row.settings
    return TenantInfo(
        id=row.id,
        code=row.lg_code,
        name=row.name,
        name_en=row.name_en,
        accent=row.accent,
        contact_desk=values.contact_desk,
        contact_phone=values.contact_phone,
        contact_mail=values.contact_mail,
        wareki=values.wareki,
        scores_in_appraisal=values.scores_in_appraisal,
        slots={"name": row.name, **values.slots},
    )
