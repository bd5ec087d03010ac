"""A job says what it is about: the module, the file, the course.

Revision: 0011
Revises: 0010

Jobs that are there already say nothing; they are forgotten after a while.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("subject", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("job", "subject")
