"""Declarative base, naming convention and mixins."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from lms.core.db.types import UtcDateTime
from lms.kernel.ids import public_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, str: Text}  # noqa: RUF012 - SQLAlchemy reads it


class PublicIdMixin:
    """A sortable identifier that may appear in addresses; the integer key never does."""

    public_id: Mapped[str] = mapped_column(Text, unique=True, default=public_id)


class CreatedMixin:
    """When the row was written."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=lambda: datetime.now(UTC))


class TenantOwned:
    """A row of exactly one municipality; reads and writes outside its session are refused."""

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:  # noqa: N805 - a class attribute
        return mapped_column(ForeignKey("tenant.id"), index=True)


class TenantShared:
    """A row of one municipality or of the shared library, which everybody may read.

    Only a session of the owner may write it.
    """

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:  # noqa: N805 - a class attribute
        return mapped_column(ForeignKey("tenant.id"), index=True)
