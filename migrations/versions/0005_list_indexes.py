"""An index for each order of each list: in a category, of the pinned, of the hidden, of replies by score

Built beside writers, each outside a transaction. What an interrupted run left half built is built anew.

Revision ID: 0005_list_indexes
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_list_indexes"
down_revision = "0004_display_keys"
branch_labels = None
depends_on = None

VISIBLE = "hidden = 0"
UNANSWERED = "hidden = 0 and answer_number is null and reply_count = 0"
NEW = (
    ("ix_topics_category_hot", "topics", ["category_id", "hot", "id"], VISIBLE),
    ("ix_topics_category_top", "topics", ["category_id", "score", "id"], VISIBLE),
    ("ix_topics_category_unanswered", "topics", ["category_id", "created_at", "id"], UNANSWERED),
    ("ix_topics_pinned", "topics", ["last_activity_at", "id"], "hidden = 0 and pinned"),
    ("ix_topics_hidden", "topics", ["last_activity_at", "id"], "hidden <> 0"),
    ("ix_posts_topic_id_score", "posts", ["topic_id", "score", "number"], "number > 0"),
)
OLD = ("ix_posts_topic_id_score_number", "posts", ["topic_id", "score", "number"], "score <> 0")


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for index in NEW:
            build(*index)
        op.drop_index(OLD[0], table_name=OLD[1], postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        build(*OLD)
        for name, table, _, _ in reversed(NEW):
            op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)


def build(name: str, table: str, columns: list[str], where: str) -> None:
    op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)
    op.create_index(name, table, columns, postgresql_where=sa.text(where), postgresql_concurrently=True)
