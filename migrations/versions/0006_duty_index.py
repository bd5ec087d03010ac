"""Find a person's duties of one course without reading all of the person's duties.

Revision: 0006
Revises: 0005

Reports count, of the duties of one person and course, the one that is due first. The new index
holds all that this question needs; the one it replaces is its beginning.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = ["tenant_id", "employee_id", "course_id", "effective_due_on", "cancelled_at"]


def upgrade() -> None:
    op.create_index("ix_assignment_duty", "assignment", COLUMNS)
    op.drop_index("ix_assignment_employee", "assignment")


def downgrade() -> None:
    op.create_index("ix_assignment_employee", "assignment", ["tenant_id", "employee_id"])
    op.drop_index("ix_assignment_duty", "assignment")
