"""A certificate that was revoked in error can be followed by a new one; one of them is valid.

Revision: 0010
Revises: 0009

The way down keeps the newest certificate of a person and course. What was revoked before it stays
in the audit log, and its number is unknown to the verify page, which says no more than before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OF_ONE = "uq_certificate_tenant_id_employee_id_course_id"
KEYS = ["tenant_id", "employee_id", "course_id"]
VALID = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint(OF_ONE, type_="unique")
        batch.add_column(sa.Column("replaces", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("issued_reason", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "uq_certificate_valid",
        "certificate",
        KEYS,
        unique=True,
        sqlite_where=VALID,
        postgresql_where=VALID,
    )


def downgrade() -> None:
    op.drop_index("uq_certificate_valid", "certificate")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('lms.platform', 'on', true)")
    op.execute(
        "DELETE FROM certificate WHERE revoked_at IS NOT NULL AND EXISTS (SELECT 1 FROM"
        " certificate newer WHERE newer.tenant_id = certificate.tenant_id"
        " AND newer.employee_id = certificate.employee_id"
        " AND newer.course_id = certificate.course_id AND newer.id > certificate.id)"
    )
    with op.batch_alter_table("certificate") as batch:
        batch.drop_column("issued_reason")
        batch.drop_column("replaces")
        batch.create_unique_constraint(OF_ONE, KEYS)
