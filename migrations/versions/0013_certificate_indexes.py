"""Find the certificates of one person, and the last of a series, without reading them all.

Revision: 0013
Revises: 0012

The index of 0010 holds valid ones only, so the questions that want revoked ones too could not use it.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SERIES = ["tenant_id", "course_id", "fiscal_year", "serial"]


def upgrade() -> None:
    op.create_index("ix_certificate_employee", "certificate", ["tenant_id", "employee_id"])
    op.create_index("ix_certificate_series", "certificate", SERIES)


def downgrade() -> None:
    op.drop_index("ix_certificate_series", "certificate")
    op.drop_index("ix_certificate_employee", "certificate")
