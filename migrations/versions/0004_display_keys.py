"""Display names as names are compared, for finding members by them

Revision ID: 0004_display_keys
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_display_keys"
down_revision = "0003_import_map"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("display_key", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_users_display_key",
        "users",
        ["display_key"],
        postgresql_ops={"display_key": "text_pattern_ops"},
        postgresql_where=sa.text("display_key <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_users_display_key", table_name="users")
    op.drop_column("users", "display_key")
