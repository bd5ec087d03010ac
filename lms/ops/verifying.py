"""Check that rows and files agree, that nothing is counted twice and that the log is whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from lms.assessment.models import Attempt, AttemptGrant, AttemptState, Grade, QuizVersion
from lms.authoring.models import DeckImport, DraftRevision
from lms.catalog.models import ModuleVersion, Narration
from lms.certification.models import Certificate
from lms.core import audit
from lms.core.db import dialect, schema
from lms.core.i18n import gettext
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.messages import N_
from lms.learning.models import Enrolment, ModuleProgress
from lms.tenants.models import Tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from lms.core.db.engine import Database
    from lms.core.settings import Settings
    from lms.core.storage import FileStore


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be.

    ``check`` is the message id of what was checked, ``detail`` a sentence in the language of
    whoever asked.
    """

    check: str
    detail: str


def verify_all(
    settings: Settings,
    database: Database,
    files: FileStore,
    *,
    deep: bool = False,
    progress: Callable[[str, int, int], None] = lambda _s, _d, _t: None,
) -> tuple[Finding, ...]:
    """Run every check; ``deep`` also reads each file and compares its digest.

    An empty result means that nothing was found. Of a damaged database nothing else can be said.
    """
    damage = dialect.find_damage(database.engine)
    if damage:
        told = (*damage, gettext(schema.DAMAGED, why=damage[0].splitlines()[0]))
        return tuple(Finding(N_("database"), text) for text in told)
    found = [Finding(N_("database"), text) for text in dialect.find_dangling_rows(database.engine)]
    with database.platform_session(reason="verify", read_only=True) as session:
        tenants = session.scalars(select(Tenant.id).order_by(Tenant.id)).all()
        named = _named_files(session)
    for done, digest in enumerate(named, start=1):
        found.extend(_check_file(files, digest, deep=deep))
        progress("files", done, len(named))
    for done, tenant_id in enumerate(tenants, start=1):
        with database.session(tenant_id, read_only=True) as session:
            found += [
                Finding(
                    N_("audit log"),
                    gettext(
                        "municipality %(tenant)s: entries %(first)s to %(last)s were changed",
                        tenant=tenant_id,
                        first=batch.first_id,
                        last=batch.last_id,
                    ),
                )
                for batch in audit.verify(session, settings.secret_key.encode())
            ]
            if tenant_id != LIBRARY_TENANT_ID:
                found += _check_learning(session, tenant_id)
        progress("municipalities", done, len(tenants))
    return tuple(found)


def count_missing(database: Database, files: FileStore) -> int:
    """How many files that rows name are not in the store."""
    with database.platform_session(reason="backup", read_only=True) as session:
        return sum(not files.exists(digest) for digest in _named_files(session))


def _named_files(session: Session) -> list[str]:
    """The digests of every file that a row names, each once."""
    named: set[str] = set()
    for column in (ModuleVersion.assets, DraftRevision.assets):
        for assets in session.scalars(select(column)):
            named.update(ref["sha"] for ref in assets.values())
    uploads = (DeckImport.deck_sha, DeckImport.pdf_sha, DeckImport.notes_sha)
    certificates = (Certificate.pdf_sha, Certificate.pdf_en_sha)
    for name in (Narration.audio_sha, *certificates, *uploads):
        named.update(session.scalars(select(name).where(name != "")))
    return sorted(named)


def _check_file(files: FileStore, digest: str, *, deep: bool) -> Iterator[Finding]:
    path = files.path(digest)
    if not path.exists():
        detail = gettext("%(file)s is named by a row but missing", file=digest)
        yield Finding(N_("files"), detail)
    elif deep:
        with path.open("rb") as source:
            if hashlib.file_digest(source, "sha256").hexdigest() != digest:
                detail = gettext("%(file)s has other content than its name says", file=digest)
                yield Finding(N_("files"), detail)


def _check_learning(session: Session, tenant_id: int) -> list[Finding]:
    """Invariants I2 and I3 of the reliability plan, by counting."""
    graded = (
        select(Grade.attempt_id, func.sum(Grade.points).label("points"))
        .group_by(Grade.attempt_id)
        .subquery()
    )
    wrong = session.scalar(
        select(func.count(Attempt.id))
        .outerjoin(graded, graded.c.attempt_id == Attempt.id)
        .where(
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.deadline_at.is_not(None) | Attempt.points.is_not(None),
            func.abs(func.coalesce(graded.c.points, 0.0) - func.coalesce(Attempt.points, 0.0))
            > 0.001,  # noqa: PLR2004 - rounding
        )
    )
    granted = (
        select(AttemptGrant.employee_id, AttemptGrant.quiz_id, func.count().label("more"))
        .group_by(AttemptGrant.employee_id, AttemptGrant.quiz_id)
        .subquery()
    )
    allowed = QuizVersion.policy["attempts"].as_integer()
    beyond = session.scalar(
        select(func.count(Attempt.id))
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .outerjoin(
            granted,
            and_(
                granted.c.employee_id == Attempt.employee_id, granted.c.quiz_id == Attempt.quiz_id
            ),
        )
        .where(allowed > 0, Attempt.number > allowed + func.coalesce(granted.c.more, 0))
    )
    done = (
        select(
            ModuleProgress.enrolment_id,
            func.count(ModuleProgress.completed_at).label("modules"),
        )
        .group_by(ModuleProgress.enrolment_id)
        .subquery()
    )
    uneven = session.scalar(
        select(func.count(Enrolment.id))
        .outerjoin(done, done.c.enrolment_id == Enrolment.id)
        .where(Enrolment.modules_completed > func.coalesce(done.c.modules, 0))
    )
    found = []
    if wrong:
        detail = gettext(
            "municipality %(tenant)s: attempts that differ from their grades: %(count)s",
            tenant=tenant_id,
            count=wrong,
        )
        found.append(Finding(N_("grades"), detail))
    if beyond:
        detail = gettext(
            "municipality %(tenant)s: attempts that are neither allowed nor granted: %(count)s",
            tenant=tenant_id,
            count=beyond,
        )
        found.append(Finding(N_("attempts"), detail))
    if uneven:
        detail = gettext(
            "municipality %(tenant)s: enrolments that count too much: %(count)s; "
            "lms rebuild makes them again",
            tenant=tenant_id,
            count=uneven,
        )
        found.append(Finding(N_("progress"), detail))
    return found
