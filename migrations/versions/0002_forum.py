"""The forum's tables

Revision ID: 0002_forum
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002_forum'
down_revision = '0001_jobs'
branch_labels = None
depends_on = None




class Xid8(sa.types.UserDefinedType):
    """Postgres's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_):
        return "xid8"


def upgrade() -> None:
    op.create_table('categories',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('description', sa.Text(), server_default='', nullable=False),
    sa.Column('lang', sa.String(length=16), nullable=True),
    sa.Column('color', sa.SmallInteger(), server_default='1', nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('position', sa.Integer(), server_default='0', nullable=False),
    sa.Column('archived', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('topic_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('reply_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('parent_id is null or parent_id <> id', name=op.f('ck_categories_parent')),
    sa.CheckConstraint('topic_count >= 0 and reply_count >= 0', name=op.f('ck_categories_counts')),
    sa.ForeignKeyConstraint(['parent_id'], ['categories.id'], name=op.f('fk_categories_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_categories')),
    sa.UniqueConstraint('slug', name=op.f('uq_categories_slug'))
    )
    op.create_index('ix_categories_parent_id_position', 'categories', ['parent_id', 'position'], unique=False)
    op.create_table('counter_deltas',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_counter_deltas'))
    )
    op.create_table('events',
    sa.Column('xid', Xid8(), server_default=sa.text('pg_current_xact_id()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('topic_id', sa.BigInteger(), nullable=True),
    sa.Column('post_id', sa.BigInteger(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('category_id', sa.BigInteger(), nullable=True),
    sa.Column('audience', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.PrimaryKeyConstraint('xid', 'id', 'at', name=op.f('pk_events'))
    )
    op.create_index(op.f('ix_events_at'), 'events', ['at'], unique=False)
    op.create_table('groups',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_groups')),
    sa.UniqueConstraint('name', name=op.f('uq_groups_name'))
    )
    op.create_table('idempotency_keys',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('route', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('user_id', 'key_hash', 'day', name=op.f('pk_idempotency_keys'))
    )
    op.create_index(op.f('ix_idempotency_keys_created_at'), 'idempotency_keys', ['created_at'], unique=False)
    op.create_table('mails',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), server_default=sa.text("'queued'"), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state = 'queued' or text = ''", name=op.f('ck_mails_settled_is_empty')),
    sa.CheckConstraint("state in ('queued', 'sent', 'failed')", name=op.f('ck_mails_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails'))
    )
    op.create_index(op.f('ix_mails_created_at'), 'mails', ['created_at'], unique=False)
    op.create_index('ix_mails_queued', 'mails', ['created_at'], unique=False, postgresql_where=sa.text("state = 'queued'"))
    op.create_table('registrations',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('username', sa.String(length=64), nullable=False),
    sa.Column('name_key', sa.String(length=128), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('email_key', sa.String(length=320), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('locale', sa.String(length=16), nullable=True),
    sa.Column('decoy', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registrations'))
    )
    op.create_index('ix_registrations_email_key', 'registrations', ['email_key'], unique=False)
    op.create_index('ix_registrations_expires_at', 'registrations', ['expires_at'], unique=False)
    op.create_table('settings',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_settings'))
    )
    op.create_table('tags',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.String(length=35), nullable=False),
    sa.Column('topic_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('topic_count >= 0', name=op.f('ck_tags_counts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('name', name=op.f('uq_tags_name'))
    )
    op.create_index('ix_tags_topic_count_id', 'tags', ['topic_count', 'id'], unique=False)
    op.create_table('throttles',
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('tries', postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key_hash', name=op.f('pk_throttles'))
    )
    op.create_index(op.f('ix_throttles_expires_at'), 'throttles', ['expires_at'], unique=False)
    op.create_table('users',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('username', sa.String(length=64), nullable=False),
    sa.Column('display_name', sa.String(length=64), server_default='', nullable=False),
    sa.Column('role', sa.String(length=16), server_default='member', nullable=False),
    sa.Column('bot', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('state', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('locale', sa.String(length=16), nullable=True),
    sa.Column('lang', sa.String(length=16), nullable=True),
    sa.Column('about', sa.Text(), server_default='', nullable=False),
    sa.Column('about_html', sa.Text(), server_default='', nullable=False),
    sa.Column('topic_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('reply_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('answer_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role in ('member', 'moderator', 'admin')", name=op.f('ck_users_role')),
    sa.CheckConstraint('topic_count >= 0 and reply_count >= 0 and answer_count >= 0', name=op.f('ck_users_counts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users'))
    )
    op.create_index('ix_users_created_at_id', 'users', ['created_at', 'id'], unique=False)
    op.create_table('votes',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.BigInteger(), nullable=False),
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('value', sa.SmallInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('value in (-1, 1)', name=op.f('ck_votes_value')),
    sa.PrimaryKeyConstraint('user_id', 'post_id', name='pk_votes', postgresql_include=['value'])
    )
    op.create_index('ix_votes_post_id', 'votes', ['post_id'], unique=False)
    op.create_table('category_access',
    sa.Column('category_id', sa.BigInteger(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('level between 1 and 4', name=op.f('ck_category_access_level')),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_category_access_category_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_category_access_group_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('category_id', 'group_id', name=op.f('pk_category_access'))
    )
    op.create_index('ix_category_access_group_id', 'category_access', ['group_id'], unique=False)
    op.create_table('category_aliases',
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('category_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_category_aliases_category_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('slug', name=op.f('pk_category_aliases'))
    )
    op.create_table('moderation_actions',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('topic_id', sa.BigInteger(), nullable=True),
    sa.Column('post_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(length=64), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_moderation_actions_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_actions'))
    )
    op.create_index('ix_moderation_actions_actor_id_id', 'moderation_actions', ['actor_id', 'id'], unique=False)
    op.create_index('ix_moderation_actions_topic_id_id', 'moderation_actions', ['topic_id', 'id'], unique=False)
    op.create_table('one_time_tokens',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('registration_id', sa.BigInteger(), nullable=True),
    sa.Column('email_key', sa.String(length=320), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['registration_id'], ['registrations.id'], name=op.f('fk_one_time_tokens_registration_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_one_time_tokens_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_one_time_tokens'))
    )
    op.create_index('ix_one_time_tokens_expires_at', 'one_time_tokens', ['expires_at'], unique=False)
    op.create_index('ix_one_time_tokens_registration_id', 'one_time_tokens', ['registration_id'], unique=False)
    op.create_index('ix_one_time_tokens_user_id', 'one_time_tokens', ['user_id'], unique=False)
    op.create_table('sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('refresh_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('previous_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('rotated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fresh_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('idle_expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('absolute_expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agent', sa.String(length=255), server_default='', nullable=False),
    sa.Column('address', sa.String(length=64), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sessions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('refresh_hash', name=op.f('uq_sessions_refresh_hash'))
    )
    op.create_index('ix_sessions_absolute_expires_at', 'sessions', ['absolute_expires_at'], unique=False)
    op.create_index('ix_sessions_user_id_created_at_id', 'sessions', ['user_id', 'created_at', 'id'], unique=False)
    op.create_table('topics',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('category_id', sa.BigInteger(), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('lang', sa.String(length=16), nullable=True),
    sa.Column('excerpt', sa.Text(), server_default='', nullable=False),
    sa.Column('tags', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('hidden', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('locked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('pinned', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('answer_number', sa.Integer(), nullable=True),
    sa.Column('last_number', sa.Integer(), server_default='0', nullable=False),
    sa.Column('reply_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('score', sa.Integer(), server_default='0', nullable=False),
    sa.Column('hot', sa.Double(), server_default='0', nullable=False),
    sa.Column('last_activity_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_author_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint('last_number >= 0 and reply_count >= 0', name=op.f('ck_topics_counts')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_topics_author_id')),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_topics_category_id')),
    sa.ForeignKeyConstraint(['last_author_id'], ['users.id'], name=op.f('fk_topics_last_author_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topics')),
    postgresql_with={'fillfactor': 80}
    )
    op.create_index('ix_topics_active', 'topics', ['last_activity_at', 'id'], unique=False, postgresql_where=sa.text('hidden = 0'))
    op.create_index('ix_topics_author_id_created_at_id', 'topics', ['author_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_topics_category_active', 'topics', ['category_id', 'last_activity_at', 'id'], unique=False, postgresql_where=sa.text('hidden = 0'))
    op.create_index('ix_topics_category_new', 'topics', ['category_id', 'created_at', 'id'], unique=False, postgresql_where=sa.text('hidden = 0'))
    op.create_index('ix_topics_hot', 'topics', ['hot', 'id'], unique=False, postgresql_where=sa.text('hidden = 0'))
    op.create_index('ix_topics_new', 'topics', ['created_at', 'id'], unique=False, postgresql_where=sa.text('hidden = 0'))
    op.create_index('ix_topics_top', 'topics', ['score', 'id'], unique=False, postgresql_where=sa.text('hidden = 0'))
    op.create_index('ix_topics_unanswered', 'topics', ['created_at', 'id'], unique=False, postgresql_where=sa.text('hidden = 0 and answer_number is null and reply_count = 0'))
    op.create_table('user_secrets',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=True),
    sa.Column('email_key', sa.String(length=320), nullable=True),
    sa.Column('password_hash', sa.String(length=255), nullable=True),
    sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_secrets_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_user_secrets')),
    sa.UniqueConstraint('email_key', name=op.f('uq_user_secrets_email_key'))
    )
    op.create_table('usernames',
    sa.Column('key', sa.String(length=128), nullable=False),
    sa.Column('shown', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.SmallInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('registration_id', sa.BigInteger(), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_usernames_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_usernames'))
    )
    op.create_index('ix_usernames_registration_id', 'usernames', ['registration_id'], unique=False)
    op.create_index('uq_usernames_current', 'usernames', ['user_id'], unique=True, postgresql_where=sa.text('kind = 0'))
    op.create_table('posts',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.BigInteger(), nullable=True),
    sa.Column('reply_to_id', sa.BigInteger(), nullable=True),
    sa.Column('reply_to_number', sa.Integer(), nullable=True),
    sa.Column('hidden', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('base_score', sa.Integer(), server_default='0', nullable=False),
    sa.Column('up', sa.Integer(), server_default='0', nullable=False),
    sa.Column('down', sa.Integer(), server_default='0', nullable=False),
    sa.Column('score', sa.Integer(), sa.Computed('base_score + up - down', persisted=True), nullable=False),
    sa.Column('lang', sa.String(length=16), nullable=True),
    sa.Column('revision', sa.Integer(), server_default='1', nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('number >= 0', name=op.f('ck_posts_number')),
    sa.CheckConstraint('number is not null or hidden & 12 <> 0', name=op.f('ck_posts_unnumbered')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_posts_author_id')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_posts_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posts')),
    sa.UniqueConstraint('topic_id', 'number', name='uq_posts_topic_id_number'),
    postgresql_with={'fillfactor': 85}
    )
    op.create_index('ix_posts_author_id_created_at_id', 'posts', ['author_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_posts_topic_id_score_number', 'posts', ['topic_id', 'score', 'number'], unique=False, postgresql_where=sa.text('score <> 0'))
    op.create_table('topic_search',
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('tsv', postgresql.TSVECTOR(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_search_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', name=op.f('pk_topic_search'))
    )
    op.create_index('ix_topic_search_tsv', 'topic_search', ['tsv'], unique=False, postgresql_using='gin')
    op.create_table('topic_tags',
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('tag_id', sa.BigInteger(), nullable=False),
    sa.Column('last_activity_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_topic_tags_tag_id')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_tags_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', 'tag_id', name='pk_topic_tags')
    )
    op.create_index('ix_topic_tags_active', 'topic_tags', ['tag_id', 'last_activity_at', 'topic_id'], unique=False)
    op.create_index('ix_topic_tags_new', 'topic_tags', ['tag_id', 'created_at', 'topic_id'], unique=False)
    op.create_table('topic_views',
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.BigInteger(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_views_topic_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', name=op.f('pk_topic_views'))
    )
    op.create_table('post_revisions',
    sa.Column('post_id', sa.BigInteger(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('editor_id', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('meta', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('hidden', sa.SmallInteger(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['editor_id'], ['users.id'], name=op.f('fk_post_revisions_editor_id')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_revisions_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'revision', name='pk_post_revisions')
    )
    op.create_table('post_search',
    sa.Column('post_id', sa.BigInteger(), nullable=False),
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tsv', postgresql.TSVECTOR(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_search_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_post_search'))
    )
    op.create_index('ix_post_search_author_id_created_at', 'post_search', ['author_id', 'created_at', 'post_id'], unique=False)
    op.create_index('ix_post_search_created_at_post_id', 'post_search', ['created_at', 'post_id'], unique=False)
    op.create_index('ix_post_search_tsv', 'post_search', ['tsv'], unique=False, postgresql_using='gin')
    op.create_table('post_texts',
    sa.Column('post_id', sa.BigInteger(), nullable=False),
    sa.Column('topic_id', sa.BigInteger(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('plain', sa.Text(), nullable=False),
    sa.Column('renderer', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_texts_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_post_texts'))
    )
    op.create_index('ix_post_texts_renderer', 'post_texts', ['renderer'], unique=False)
    op.bulk_insert(
        sa.table("groups", sa.column("id", sa.Integer), sa.column("name", sa.String)),
        [
            {"id": 1, "name": "everyone"},
            {"id": 2, "name": "members"},
            {"id": 3, "name": "moderators"},
            {"id": 4, "name": "admins"},
        ],
    )
    # The planner must know rare words from frequent ones to choose between the key and the lexemes.
    op.execute("alter table post_search alter column tsv set statistics 1000")
    op.execute("alter table topic_search alter column tsv set statistics 1000")


def downgrade() -> None:
    op.drop_index('ix_post_texts_renderer', table_name='post_texts')
    op.drop_table('post_texts')
    op.drop_index('ix_post_search_tsv', table_name='post_search', postgresql_using='gin')
    op.drop_index('ix_post_search_created_at_post_id', table_name='post_search')
    op.drop_index('ix_post_search_author_id_created_at', table_name='post_search')
    op.drop_table('post_search')
    op.drop_table('post_revisions')
    op.drop_table('topic_views')
    op.drop_index('ix_topic_tags_new', table_name='topic_tags')
    op.drop_index('ix_topic_tags_active', table_name='topic_tags')
    op.drop_table('topic_tags')
    op.drop_index('ix_topic_search_tsv', table_name='topic_search', postgresql_using='gin')
    op.drop_table('topic_search')
    op.drop_index('ix_posts_topic_id_score_number', table_name='posts', postgresql_where=sa.text('score <> 0'))
    op.drop_index('ix_posts_author_id_created_at_id', table_name='posts')
    op.drop_table('posts')
    op.drop_index('uq_usernames_current', table_name='usernames', postgresql_where=sa.text('kind = 0'))
    op.drop_index('ix_usernames_registration_id', table_name='usernames')
    op.drop_table('usernames')
    op.drop_table('user_secrets')
    op.drop_index('ix_topics_unanswered', table_name='topics', postgresql_where=sa.text('hidden = 0 and answer_number is null and reply_count = 0'))
    op.drop_index('ix_topics_top', table_name='topics', postgresql_where=sa.text('hidden = 0'))
    op.drop_index('ix_topics_new', table_name='topics', postgresql_where=sa.text('hidden = 0'))
    op.drop_index('ix_topics_hot', table_name='topics', postgresql_where=sa.text('hidden = 0'))
    op.drop_index('ix_topics_category_new', table_name='topics', postgresql_where=sa.text('hidden = 0'))
    op.drop_index('ix_topics_category_active', table_name='topics', postgresql_where=sa.text('hidden = 0'))
    op.drop_index('ix_topics_author_id_created_at_id', table_name='topics')
    op.drop_index('ix_topics_active', table_name='topics', postgresql_where=sa.text('hidden = 0'))
    op.drop_table('topics')
    op.drop_index('ix_sessions_user_id_created_at_id', table_name='sessions')
    op.drop_index('ix_sessions_absolute_expires_at', table_name='sessions')
    op.drop_table('sessions')
    op.drop_index('ix_one_time_tokens_user_id', table_name='one_time_tokens')
    op.drop_index('ix_one_time_tokens_registration_id', table_name='one_time_tokens')
    op.drop_index('ix_one_time_tokens_expires_at', table_name='one_time_tokens')
    op.drop_table('one_time_tokens')
    op.drop_index('ix_moderation_actions_topic_id_id', table_name='moderation_actions')
    op.drop_index('ix_moderation_actions_actor_id_id', table_name='moderation_actions')
    op.drop_table('moderation_actions')
    op.drop_table('category_aliases')
    op.drop_index('ix_category_access_group_id', table_name='category_access')
    op.drop_table('category_access')
    op.drop_index('ix_votes_post_id', table_name='votes')
    op.drop_table('votes')
    op.drop_index('ix_users_created_at_id', table_name='users')
    op.drop_table('users')
    op.drop_index(op.f('ix_throttles_expires_at'), table_name='throttles')
    op.drop_table('throttles')
    op.drop_index('ix_tags_topic_count_id', table_name='tags')
    op.drop_table('tags')
    op.drop_table('settings')
    op.drop_index('ix_registrations_expires_at', table_name='registrations')
    op.drop_index('ix_registrations_email_key', table_name='registrations')
    op.drop_table('registrations')
    op.drop_index('ix_mails_queued', table_name='mails', postgresql_where=sa.text("state = 'queued'"))
    op.drop_index(op.f('ix_mails_created_at'), table_name='mails')
    op.drop_table('mails')
    op.drop_index(op.f('ix_idempotency_keys_created_at'), table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_table('groups')
    op.drop_index(op.f('ix_events_at'), table_name='events')
    op.drop_table('events')
    op.drop_table('counter_deltas')
    op.drop_index('ix_categories_parent_id_position', table_name='categories')
    op.drop_table('categories')
