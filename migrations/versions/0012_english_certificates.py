"""A certificate has an English edition beside the official form.

Revision: 0012
Revises: 0011

Of certificates that are there already it is made when somebody asks for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "certificate", sa.Column("pdf_en_sha", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("certificate", "pdf_en_sha")
