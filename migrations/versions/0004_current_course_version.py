"""The current version of a course must exist, on PostgreSQL too.

Revision: 0004
Revises: 0003

Courses and their versions refer to each other. SQLite has the constraint since the table was
made; on PostgreSQL it can only be added when both tables are there.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME = "fk_course_current_version_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(NAME, "course", "course_version", ["current_version_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(NAME, "course", type_="foreignkey")
