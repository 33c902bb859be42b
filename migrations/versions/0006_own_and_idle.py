"""An index of what members withdrew themselves, and one of sessions by when they run out

Built beside writers, each outside a transaction. What an interrupted run left half built is built anew.

Revision ID: 0006_own_and_idle
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_own_and_idle"
down_revision = "0005_list_indexes"
branch_labels = None
depends_on = None

WITHDRAWN = ("ix_topics_withdrawn", "topics", ["author_id", "last_activity_at", "id"], "hidden = 1")
IDLE = ("ix_sessions_idle_expires_at", "sessions", ["idle_expires_at"], None)
ABSOLUTE = ("ix_sessions_absolute_expires_at", "sessions", ["absolute_expires_at"], None)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        build(*WITHDRAWN)
        build(*IDLE)
        drop(*ABSOLUTE)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        build(*ABSOLUTE)
        drop(*IDLE)
        drop(*WITHDRAWN)


def build(name: str, table: str, columns: list[str], where: str | None) -> None:
    drop(name, table)
    condition = sa.text(where) if where else None
    op.create_index(name, table, columns, postgresql_where=condition, postgresql_concurrently=True)


def drop(name: str, table: str, *_: object) -> None:
    op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)
