"""The tables and functions of Procrastinate, the job engine on PostgreSQL.

Revision: 0003
Revises: 0002

The statements are those of the pinned release (3.10); a later release brings its own revision.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_jobs",
    "procrastinate_workers",
)
TYPES = (
    "procrastinate_job_to_defer_v1",
    "procrastinate_job_event_type",
    "procrastinate_job_status",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # The text holds percent signs, so it goes to the driver without parameters.
        op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"DROP TABLE {table} CASCADE")
    op.execute(
        "DO $$ DECLARE name text; BEGIN "
        "FOR name IN SELECT oid::regprocedure::text FROM pg_proc "
        "WHERE proname LIKE 'procrastinate\\_%' LOOP "
        "EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP; END $$"
    )
    for name in TYPES:
        op.execute(f"DROP TYPE IF EXISTS {name}")
