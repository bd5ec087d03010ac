"""Row-level security asks whose transaction it is once a statement, not once a row.

Revision: 0007
Revises: 0006

A setting that is read inside a subselect is read before the first row; a report of 20,000 rows
spent more time on reading settings than on its rows. Who may see what stays the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('lms.tenant', true), '')::integer"
PLATFORM = "current_setting('lms.platform', true)"
POLICIES = sa.text(
    "SELECT tablename, policyname, qual LIKE '%(tenant_id = 1)%' FROM pg_policies "
    "WHERE schemaname = current_schema() AND policyname IN ('lms_read', 'lms_write')"
)


def upgrade() -> None:
    _rewrite(f"tenant_id = (SELECT {TENANT}) OR (SELECT {PLATFORM}) = 'on'")


def downgrade() -> None:
    _rewrite(f"tenant_id = {TENANT} OR {PLATFORM} = 'on'")


def _rewrite(own: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, policy, shared in op.get_bind().execute(POLICIES).all():
        readable = f"{own} OR tenant_id = 1" if shared else own
        check = f" WITH CHECK ({own})" if policy == "lms_write" else ""
        op.execute(f"ALTER POLICY {policy} ON {table} USING ({readable}){check}")
