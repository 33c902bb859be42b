"""Counts again what lists show from counters. Counters are kept by SQL expressions; this proves or mends them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from api.categories.models import EVERYONE
from api.core import counters
from api.topics.actions.writing import HOT_SECONDS

# Each statement corrects only the rows that differ, and says by its row count how many did.
_STATEMENTS = {
    "topics.reply_count": """
        update topics t set reply_count = c.n from (
            select t.id, count(p.id) filter (where p.hidden = 0 and p.number > 0) n
            from topics t left join posts p on p.topic_id = t.id group by t.id) c
        where c.id = t.id and t.reply_count <> c.n""",
    "posts.votes": """
        update posts p set up = c.up, down = c.down from (
            select p.id, count(v.*) filter (where v.value = 1) up, count(v.*) filter (where v.value = -1) down
            from posts p left join votes v on v.post_id = p.id group by p.id) c
        where c.id = p.id and (p.up, p.down) <> (c.up, c.down)""",
    "topics.score": """
        update topics t set score = p.score, hot = sign(p.score) * log(greatest(abs(p.score), 1))
            + extract(epoch from t.created_at) / :hot_seconds
        from posts p where p.topic_id = t.id and p.number = 0 and t.score <> p.score""",
    "categories": """
        update categories k set topic_count = c.topics, reply_count = c.replies from (
            select k.id, count(t.id) topics, coalesce(sum(t.reply_count), 0) replies
            from categories k left join topics t on t.category_id = k.id and t.hidden = 0 group by k.id) c
        where c.id = k.id and (k.topic_count, k.reply_count) <> (c.topics, c.replies)""",
    "tags": """
        update tags g set topic_count = c.n from (
            select g.id, count(a.level) n from tags g left join topic_tags x on x.tag_id = g.id
            left join topics t on t.id = x.topic_id and t.hidden = 0
            left join category_access a on a.category_id = t.category_id and a.group_id = :everyone group by g.id) c
        where c.id = g.id and g.topic_count <> c.n""",
    "users": """
        update users u set topic_count = c.topics, reply_count = c.replies, answer_count = c.answers from (
            select u.id,
                (select count(*) from topics t where t.author_id = u.id and t.hidden = 0) topics,
                (select count(*) from posts p where p.author_id = u.id and p.hidden = 0 and p.number > 0) replies,
                (select count(*) from topics t join posts p on p.topic_id = t.id and p.number = t.answer_number
                    where p.author_id = u.id) answers
            from users u) c
        where c.id = u.id and (u.topic_count, u.reply_count, u.answer_count) <> (c.topics, c.replies, c.answers)""",
}


def recount(s: Session) -> dict[str, int]:
    """Mend every counter; {what: how many rows were wrong}.

    All in one snapshot: a row that a writer changes meanwhile makes this fail (and be run again) instead of writing
    the old count over the new one. The session must not have been used in its transaction.
    """
    s.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    s.execute(text("set local statement_timeout = 0"))
    while counters.fold(s):
        pass
    return {name: _mend(s, statement) for name, statement in _STATEMENTS.items()}


def _mend(s: Session, statement: str) -> int:
    values = {"hot_seconds": HOT_SECONDS, "everyone": EVERYONE}
    asked = {name: value for name, value in values.items() if f":{name}" in statement}
    return int(s.execute(text(statement), asked).rowcount)  # type: ignore[attr-defined]
