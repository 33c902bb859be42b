"""Puts a question and all that belongs to it into the form of a topic."""

from dataclasses import dataclass
from datetime import datetime

from api.archive.incoming import IncomingPost, IncomingTopic
from api.archive.members import Newcomer
from api.archive.models import COMMENT, POST
from api.archive.stackexchange.comment_markup import comment_html
from api.archive.stackexchange.history import former_texts
from api.archive.stackexchange.records import COMMUNITY, CommentRow, PostRow
from api.archive.stackexchange.site import Site, licence_of
from api.archive.stackexchange.spool import Thread


@dataclass(frozen=True)
class Composer:
    """Topics of one site. `has_votes`: the dump has votes, else the posts' own scores count."""

    site: Site
    has_votes: bool

    def topic(self, thread: Thread) -> IncomingTopic:
        """The question first, then answers and comments by time, but never before what they belong to."""
        question = thread.question
        posts = [self._post(thread, row) for row in (question, *thread.answers)]
        begun = {post.key[1]: post.created_at for post in posts}
        comments = [self._comment(thread, row) for row in thread.comments]

        def moment(post: IncomingPost) -> tuple[datetime, bool, int]:
            parent = begun[post.reply_to[1]] if post.reply_to else begun[str(question.id)]
            return max(post.created_at, parent), post.key[0] == COMMENT, int(post.key[1])

        return IncomingTopic(
            external_id=str(question.id),
            title=question.title,
            tags=question.tags,
            url=self.site.question(question.id),
            posts=(posts[0], *sorted([*posts[1:], *comments], key=moment)),
            answer=(POST, str(question.accepted_id)) if question.accepted_id else None,
            locked=question.closed_at is not None,
            views=question.views,
        )

    def _post(self, thread: Thread, row: PostRow) -> IncomingPost:
        is_question = row.id == thread.question.id
        history = thread.history.get(row.id, [])
        former = former_texts(
            history, lambda entry: self.person(entry.user_id, entry.user_name, entry.created_at)
        )
        editor = self.person(row.editor_id, None, row.edited_at) if row.edited_at else None
        up, down = thread.votes.get(row.id, (0, 0))
        return IncomingPost(
            key=(POST, str(row.id)),
            author=self.person(row.owner_id, row.owner_name, row.created_at),
            created_at=row.created_at,
            edited_at=row.edited_at,
            editor=editor,
            html=row.body_html,
            base_score=up - down if self.has_votes else row.score,
            url=self.site.question(row.id) if is_question else self.site.answer(row.id),
            licence=licence_of(row.licence),
            former=former,
        )

    def _comment(self, thread: Thread, row: CommentRow) -> IncomingPost:
        return IncomingPost(
            key=(COMMENT, str(row.id)),
            author=self.person(row.user_id, row.user_name, row.created_at),
            created_at=row.created_at,
            html=comment_html(row.text),
            base_score=row.score,
            reply_to=(POST, str(row.post_id)),
            url=self.site.comment(row.id, row.post_id, thread.question.id),
            licence=licence_of(row.licence),
        )

    def person(self, user_id: int | None, name: str | None, at: datetime) -> Newcomer | None:
        """Who a row names: by id, else by the name that a deleted account left behind, else nobody.

        `at` is when they came, should there be no row for them among the users.
        """
        if user_id is not None:
            shown = name or ("Community" if user_id == COMMUNITY else f"user{user_id}")
            return Newcomer(str(user_id), shown, at, bot=user_id == COMMUNITY, url=self.site.user(user_id))
        return Newcomer(f"name:{name}"[:128], name, at) if name else None
