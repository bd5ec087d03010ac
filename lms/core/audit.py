"""The audit log: consequential writes leave a row in the same transaction.

Rows are appended without touching one another, so writers never queue; ``seal`` later chains
committed rows in batches with a keyed hash, so that a change or a removal shows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db.base import Base, TenantOwned
from lms.core.db.types import TextEnum, UtcDateTime, json_type
from lms.core.tenancy import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.core.access import Actor


class AuditAction(StrEnum):
    """What happened; one member for each kind of consequential write."""

    ACCOUNT_CREATED = "account.created"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    ACCOUNT_PASSWORD_SET = "account.password-set"  # noqa: S105 - the name of an action
    ACCOUNT_SIGNED_IN = "account.signed-in"
    ACCOUNT_SIGNED_OUT = "account.signed-out"
    ASSIGNMENT_CANCELLED = "assignment.cancelled"
    ASSIGNMENT_CREATED = "assignment.created"
    ATTEMPT_GRANTED = "attempt.granted"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REVOKED = "certificate.revoked"
    COURSE_COMPLETED = "course.completed"
    COURSE_CREATED = "course.created"
    DECK_IMPORTED = "deck.imported"
    DRAFT_SAVED = "draft.saved"
    MODULE_COMPLETED = "module.completed"
    MODULE_PUBLISHED = "module.published"
    PERSON_VIEWED = "person.viewed"
    PROGRAMME_FORGOTTEN = "programme.forgotten"
    PROGRAMME_SAVED = "programme.saved"
    PROGRESS_REBUILT = "progress.rebuilt"
    QUIZ_GRADED = "quiz.graded"
    REPORT_EXPORTED = "report.exported"
    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    TENANT_CHANGED = "tenant.changed"
    TENANT_CREATED = "tenant.created"
    UNIT_CREATED = "unit.created"


class AuditEntry(TenantOwned, Base):
    """One consequential write or one look at another person's record."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account_id: Mapped[int | None] = mapped_column()
    actor_name: Mapped[str] = mapped_column(Text)
    action: Mapped[AuditAction] = mapped_column(TextEnum(AuditAction))
    object_type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    subject_employee_id: Mapped[int | None] = mapped_column(index=True)
    """Whose record it concerns, so that this person can see who looked."""
    changes: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)


class AuditSeal(TenantOwned, Base):
    """A keyed hash over a batch of committed audit rows, chained to the batch before."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_id: Mapped[int] = mapped_column()
    last_id: Mapped[int] = mapped_column()
    rows: Mapped[int] = mapped_column()
    digest: Mapped[str] = mapped_column(Text)


def record(
    session: Session,
    actor: Actor,
    action: AuditAction,
    obj: object,
    changes: Mapping[str, Any] | None = None,
    *,
    subject_employee_id: int | None = None,
    now: datetime | None = None,
) -> None:
    """Append an audit row in the caller's transaction.

    In a platform session it belongs to the actor's municipality.
    ``obj`` is a model with ``public_id`` (or ``id``), or a plain string that names the thing.
    ``changes`` must be plain JSON values.
    """
    kind = "text" if isinstance(obj, str) else type(obj).__name__
    key = obj if isinstance(obj, str) else getattr(obj, "public_id", None) or getattr(obj, "id", "")
    session.add(
        AuditEntry(
            tenant_id=actor.tenant_id if session.info.get("platform") else tenant_of(session),
            at=now or datetime.now(UTC),
            account_id=actor.account_id,
            actor_name=actor.name,
            action=action,
            object_type=kind,
            object_id=str(key),
            subject_employee_id=subject_employee_id,
            changes=dict(changes or {}),
        )
    )


def _row_bytes(entry: AuditEntry) -> bytes:
    values = [
        entry.id,
        entry.tenant_id,
        entry.at.isoformat(),
        entry.account_id,
        entry.actor_name,
        entry.action.value,
        entry.object_type,
        entry.object_id,
        entry.subject_employee_id,
        entry.changes,
    ]
    return json.dumps(values, ensure_ascii=False, sort_keys=True).encode()


def _digest(key: bytes, previous: str, entries: list[AuditEntry]) -> str:
    mac = hmac.new(key, previous.encode(), hashlib.sha256)
    for entry in entries:
        mac.update(_row_bytes(entry))
    return mac.hexdigest()


def seal(session: Session, key: bytes, *, now: datetime, batch: int = 1000) -> int:
    """Chain committed rows that are not sealed yet; returns how many were sealed."""
    last = session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
    entries = list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.id > (last.last_id if last else 0))
            .order_by(AuditEntry.id)
            .limit(batch)
        )
    )
    if entries:
        session.add(
            AuditSeal(
                sealed_at=now,
                first_id=entries[0].id,
                last_id=entries[-1].id,
                rows=len(entries),
                digest=_digest(key, last.digest if last else "", entries),
            )
        )
    return len(entries)


def verify(session: Session, key: bytes) -> list[AuditSeal]:
    """Recompute the chain; returns the seals whose rows do not match."""
    findings = []
    previous = ""
    last_id = 0
    for batch in session.scalars(select(AuditSeal).order_by(AuditSeal.id)):
        entries = list(
            session.scalars(
                select(AuditEntry)
                .where(AuditEntry.id > last_id, AuditEntry.id <= batch.last_id)
                .order_by(AuditEntry.id)
            )
        )
        if len(entries) != batch.rows or _digest(key, previous, entries) != batch.digest:
            findings.append(batch)
        previous, last_id = batch.digest, batch.last_id
    return findings
