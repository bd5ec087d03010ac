"""Attempts beyond what a quiz allows, granted to one person at a time.

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "attempt_grant"
TENANT = "nullif(current_setting('lms.tenant', true), '')::integer"
OWN = f"tenant_id = (SELECT {TENANT}) OR (SELECT current_setting('lms.platform', true)) = 'on'"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name="fk_attempt_grant_quiz_id"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employee.tenant_id", "employee.id"],
            name="fk_attempt_grant_tenant_id_employee_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_attempt_grant_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt_grant"),
        sa.UniqueConstraint("public_id", name="uq_attempt_grant_public_id"),
        sa.UniqueConstraint(
            "tenant_id",
            "employee_id",
            "quiz_id",
            "number",
            name="uq_attempt_grant_tenant_id_employee_id_quiz_id_number",
        ),
    )
    op.create_index("ix_attempt_grant_tenant_id", TABLE, ["tenant_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY lms_read ON {TABLE} FOR SELECT USING ({OWN})")
    op.execute(f"CREATE POLICY lms_write ON {TABLE} FOR ALL USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    op.drop_table(TABLE)
