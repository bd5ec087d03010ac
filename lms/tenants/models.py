"""Municipalities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, CreatedMixin
from lms.core.db.types import json_type


class Tenant(CreatedMixin, Base):
    """A municipality; id 1 is the shared library, to which nobody signs in."""

    __tablename__ = "tenant"

    id: Mapped[int] = mapped_column(primary_key=True)
    lg_code: Mapped[str] = mapped_column(Text, unique=True)
    """全国地方公共団体コード with check digit; ``000000`` for the library."""
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    hostname: Mapped[str | None] = mapped_column(Text, unique=True)
    """Requests for this host belong to it; none where the server has one municipality."""
    accent: Mapped[str] = mapped_column(Text, default="")
    """Colour as six hexadecimal digits; empty for the standard blue."""
    settings: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Contacts, era display, slots: see ``tenants.rules.TenantSettings``."""
    closed_at: Mapped[datetime | None] = mapped_column()
