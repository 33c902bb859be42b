"""Procrastinate's tables and functions."""

from alembic import op

from api.core import jobs_schema

revision = "0001_jobs"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    jobs_schema.install(op.get_bind(), through="03.04.00_50_post_add_retry_failed_job_procedure.sql")


def downgrade() -> None:
    jobs_schema.remove(op.get_bind())
