"""A password that somebody else has chosen is changed at the first sign-in.

Revision: 0008
Revises: 0007

Accounts that are there already go on as they are: nobody can tell who chose their password.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account",
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("account", "must_change")
