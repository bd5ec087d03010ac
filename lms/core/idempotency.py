"""Counted once: the first result of a creating request is kept under its key.

The row is written in the same transaction as the effect, so a retry either finds the result or
finds that nothing happened (draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Text, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, TenantOwned
from lms.core.db.prepared import Prepared
from lms.core.db.types import UtcDateTime
from lms.core.tenancy import tenant_of
from lms.kernel.result import ConflictError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class IdempotencyRecord(TenantOwned, Base):
    """The stored answer of one request."""

    __tablename__ = "idempotency_record"
    __table_args__ = (UniqueConstraint("tenant_id", "account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column()
    key: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[int] = mapped_column()
    location: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    content_type: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a repeat is answered."""

    status: int
    location: str
    body: str
    content_type: str


def fingerprint(*parts: bytes) -> str:
    """A digest of what was asked, so that a reused key with another request is noticed."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def find(session: Session, account_id: int, key: str, request_hash: str) -> StoredAnswer | None:
    """The stored answer for this key, if the request was done before.

    Raises:
        ConflictError: the key was used for another request.
    """
    row = _STORED.first(session, account_id=account_id, key=key)
    if row is None:
        return None
    if row[0] != request_hash:
        raise ConflictError("idempotency.reused", "This form was already sent with other values.")
    return StoredAnswer(*row[1:])


_STORED = Prepared(
    select(
        IdempotencyRecord.request_hash,
        IdempotencyRecord.status,
        IdempotencyRecord.location,
        IdempotencyRecord.body,
        IdempotencyRecord.content_type,
    ).where(
        IdempotencyRecord.account_id == bindparam("account_id"),
        IdempotencyRecord.key == bindparam("key"),
    )
)


def forget(session: Session, *, before: datetime) -> int:
    """Delete the stored answers made before a moment; returns how many."""
    gone = session.execute(
        delete(IdempotencyRecord).where(
            IdempotencyRecord.tenant_id == tenant_of(session),
            IdempotencyRecord.created_at < before,
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
