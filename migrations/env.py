"""Alembic's environment; ``flask lms db upgrade`` hands it the connection."""

from alembic import context
from sqlalchemy import JSON

from lms.core.db.base import Base
from lms.core.db.metadata import import_models
from lms.core.db.types import TextEnum, UtcDateTime


def render_item(kind, item, autogen_context):  # noqa: ANN001, ANN201
    """Write plain types into revisions, because models are never imported there."""
    if kind == "type":
        if isinstance(item, UtcDateTime):
            return "sa.DateTime(timezone=True)"
        if isinstance(item, TextEnum):
            return "sa.Text()"
        if isinstance(item, JSON):
            autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
            return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


import_models()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
