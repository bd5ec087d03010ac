"""Second wall between municipalities: row-level security on PostgreSQL.

Revision: 0002
Revises: 0001

A transaction says whose it is with ``lms.tenant``; a platform transaction says ``lms.platform``.
FORCE makes the rule hold for the owner of the tables too, which is the role the product uses.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWNED = (
    "account",
    "answer",
    "assignment",
    "attempt",
    "audit_entry",
    "audit_seal",
    "campaign",
    "certificate",
    "deck_import",
    "draft",
    "draft_revision",
    "employee",
    "enrolment",
    "grade",
    "idempotency_record",
    "job",
    "job_schedule",
    "launch",
    "leave_period",
    "login_session",
    "module_progress",
    "org_unit",
    "post",
    "progress_event",
    "role_grant",
    "sign_in_failure",
    "slide_progress",
    "study_clock",
    "survey_response",
)
SHARED = (
    "course",
    "course_version",
    "course_version_module",
    "module",
    "module_version",
    "narration",
    "question",
    "quiz",
    "quiz_version",
    "slide",
    "tier",
)
OWN = "tenant_id = nullif(current_setting('lms.tenant', true), '')::integer"
PLATFORM = "current_setting('lms.platform', true) = 'on'"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in OWNED + SHARED:
        readable = f"{OWN} OR {PLATFORM}" + (" OR tenant_id = 1" if table in SHARED else "")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY lms_read ON {table} FOR SELECT USING ({readable})")
        op.execute(
            f"CREATE POLICY lms_write ON {table} FOR ALL USING ({OWN} OR {PLATFORM}) "
            f"WITH CHECK ({OWN} OR {PLATFORM})"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in OWNED + SHARED:
        op.execute(f"DROP POLICY lms_write ON {table}")
        op.execute(f"DROP POLICY lms_read ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
