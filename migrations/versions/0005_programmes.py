"""Programmes: ways through several courses, with papers to print.

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
OWN = "tenant_id = nullif(current_setting('lms.tenant', true), '')::integer"
PLATFORM = "current_setting('lms.platform', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("audience_en", sa.Text(), nullable=False),
        sa.Column("yearly", sa.Boolean(), nullable=False),
        sa.Column("choose", sa.Integer(), nullable=False),
        sa.Column("classroom_hours", sa.Float(), nullable=False),
        sa.Column("practice_hours", sa.Float(), nullable=False),
        sa.Column("prerequisites", JSON, nullable=False),
        sa.Column("courses", JSON, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_programme_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
        sa.UniqueConstraint("tenant_id", "slug", name="uq_programme_tenant_id_slug"),
    )
    op.create_index("ix_programme_tenant_id", "programme", ["tenant_id"])
    op.create_table(
        "programme_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("facilitator", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name="fk_programme_document_programme_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name="fk_programme_document_tenant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_programme_document"),
        sa.UniqueConstraint("programme_id", "slug", name="uq_programme_document_programme_id_slug"),
    )
    op.create_index("ix_programme_document_tenant_id", "programme_document", ["tenant_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("programme", "programme_document"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY lms_read ON {table} FOR SELECT "
            f"USING ({OWN} OR {PLATFORM} OR tenant_id = 1)"
        )
        op.execute(
            f"CREATE POLICY lms_write ON {table} FOR ALL USING ({OWN} OR {PLATFORM}) "
            f"WITH CHECK ({OWN} OR {PLATFORM})"
        )


def downgrade() -> None:
    op.drop_table("programme_document")
    op.drop_table("programme")
