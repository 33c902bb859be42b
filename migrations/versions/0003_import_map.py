"""What was imported, and from where

Revision ID: 0003_import_map
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_import_map"
down_revision = "0002_forum"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_map",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("licence", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("source", "kind", "external_id", name="pk_import_map"),
    )
    op.create_index("ix_import_map_kind_id", "import_map", ["kind", "id"])


def downgrade() -> None:
    op.drop_table("import_map")
