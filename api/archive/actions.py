"""Writes imported topics: as members would have, but with their own times, authors and scores, and only once."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from api.archive.incoming import IncomingTopic, Key
from api.archive.members import Newcomer
from api.archive.models import COMMENT, POST, TOPIC, ImportMap
from api.archive.preparing import PreparedPost, tags_of, title_of
from api.archive.queries import get_imported
from api.categories.queries import is_public
from api.core import counters, outbox
from api.tags.actions import ensure_tags
from api.text.clean import one_line
from api.text.slugs import slugify
from api.topics.actions.writing import hot_rank, store_new_texts, store_title
from api.topics.models import Post, PostRevision, Topic, TopicTag, TopicView
from api.users.actions import add_counts

SAID = {POST: "answers", COMMENT: "comments"}


def lock_source(s: Session, source: str) -> None:
    """Let only one import of a source write at a time, until the transaction ends."""
    s.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(source, 0))))


def get_known_posts(s: Session, source: str, keys: Sequence[Key]) -> dict[Key, int]:
    """Key -> post id of those posts that are here already."""
    return {
        (kind, external_id): post_id
        for kind in (POST, COMMENT)
        for external_id, post_id in get_imported(
            s, source, kind, [k[1] for k in keys if k[0] == kind]
        ).items()
    }


@dataclass
class TopicWriter:
    """Writes the topics of one transaction; `finish` moves what many topics share, once and in one order.

    `people` maps external ids of accounts to ids of members.
    """

    s: Session
    source: str
    category_id: int
    people: Mapping[str, int]
    now: datetime
    taken: Counter[str] = field(default_factory=Counter)
    _members: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _shared: Counter[tuple[str, int]] = field(default_factory=Counter)
    # Rows that nothing refers to before the end, so that many go in one statement.
    _revisions: list[dict[str, Any]] = field(default_factory=list)
    _mapped: list[dict[str, Any]] = field(default_factory=list)

    def write(self, incoming: IncomingTopic, prepared: Sequence[PreparedPost]) -> None:
        """The topic if it is new, and those of the prepared posts that are new, in their order."""
        topic = self._existing(incoming)
        known = get_known_posts(self.s, self.source, [post.key for post in incoming.posts])
        fresh = [one for one in prepared if one.post.key not in known]
        if not fresh:
            return
        is_new = topic is None
        if topic is None:
            topic = self._open(incoming, fresh[0])
        posts = self._insert(topic, incoming, fresh, known)
        store_new_texts(self.s, [(post, one.writing) for one, post in zip(fresh, posts, strict=True)])
        for one, post in zip(fresh, posts, strict=True):
            self._store(topic, one, post)
        self._settle(topic, incoming, dict(zip((one.post.key for one in fresh), posts, strict=True)))
        self._count(topic, posts, is_new=is_new)
        self._tell(topic, posts, is_new=is_new)

    def finish(self) -> None:
        """Members' counters in the order of their ids; shared ones as deltas, to be folded later."""
        if self._revisions:
            self.s.execute(insert(PostRevision), self._revisions)
        if self._mapped:
            self.s.execute(insert(ImportMap), self._mapped)
        public = is_public(self.s, self.category_id)
        for (kind, subject_id), n in sorted(self._shared.items()):
            # Tags are listed for everybody.
            if public or kind != "tag_topics":
                counters.add(self.s, kind, subject_id, n)
        for user_id, moved in sorted(self._members.items()):
            add_counts(
                self.s, user_id, topics=moved["topics"], replies=moved["replies"], answers=moved["answers"]
            )

    def _existing(self, incoming: IncomingTopic) -> Topic | None:
        found = get_imported(self.s, self.source, TOPIC, [incoming.external_id])
        if not found:
            return None
        statement = select(Topic).where(Topic.id.in_(found.values())).with_for_update(key_share=True)
        return self.s.scalars(statement.execution_options(populate_existing=True)).one()

    def _open(self, incoming: IncomingTopic, opening: PreparedPost) -> Topic:
        """The topic's row, its tags and views; its opening post comes with the others."""
        post, title, tags = opening.post, title_of(incoming), tags_of(incoming.tags)
        topic = Topic(
            category_id=self.category_id,
            author_id=self._member(post.author),
            title=title,
            slug=slugify(title),
            lang=opening.writing.lang,
            excerpt=opening.writing.rendered.excerpt,
            tags=tags,
            hidden=0,
            locked=incoming.locked,
            last_number=0,
            reply_count=0,
            score=post.base_score,
            hot=hot_rank(post.base_score, post.created_at),
            last_activity_at=post.created_at,
            last_author_id=self._member(post.author),
            created_at=post.created_at,
            edited_at=post.edited_at,
            version=1,
        )
        self.s.add(topic)
        self.s.flush()
        for tag_id in sorted(ensure_tags(self.s, tags, self.now).values()):
            created = {"last_activity_at": topic.created_at, "created_at": topic.created_at}
            self.s.add(TopicTag(topic_id=topic.id, tag_id=tag_id, **created))
            self._shared["tag_topics", tag_id] += 1
        self.s.add(TopicView(topic_id=topic.id, n=incoming.views))
        self._map(TOPIC, incoming.external_id, topic.id, incoming.url, "")
        return topic

    def _insert(
        self, topic: Topic, incoming: IncomingTopic, fresh: Sequence[PreparedPost], known: Mapping[Key, int]
    ) -> list[Post]:
        """The posts' rows with the next numbers; a post follows the one that it answers."""
        opening = incoming.posts[0].key
        places = self._places(known)
        numbers: dict[Key, int] = {}
        for one in fresh:
            is_opening = one.post.key == opening
            topic.last_number += not is_opening
            numbers[one.post.key] = 0 if is_opening else topic.last_number
        posts: dict[Key, Post] = {}
        for wave in _waves(fresh, places, opening):
            made = [
                self._post(topic, one, numbers[one.post.key], places[parent] if parent else None)
                for one, parent in wave
            ]
            self.s.add_all(made)
            self.s.flush()
            for (one, _), post in zip(wave, made, strict=True):
                posts[one.post.key] = post
                places[one.post.key] = (post.id, numbers[one.post.key])
        return [posts[one.post.key] for one in fresh]

    def _post(self, topic: Topic, one: PreparedPost, number: int, parent: tuple[int, int] | None) -> Post:
        return Post(
            topic_id=topic.id,
            number=number,
            author_id=self._member(one.post.author),
            reply_to_id=parent[0] if parent else None,
            reply_to_number=parent[1] if parent else None,
            base_score=one.post.base_score,
            lang=one.writing.lang,
            revision=1 + len(one.post.former),
            created_at=one.post.created_at,
            edited_at=one.post.edited_at,
        )

    def _places(self, known: Mapping[Key, int]) -> dict[Key, tuple[int, int]]:
        """(id, number) of the posts that were here before."""
        if not known:
            return {}
        rows = self.s.execute(select(Post.id, Post.number).where(Post.id.in_(known.values())))
        numbers = {post_id: number or 0 for post_id, number in rows}
        return {key: (post_id, numbers[post_id]) for key, post_id in known.items()}

    def _store(self, topic: Topic, one: PreparedPost, post: Post) -> None:
        """The post's revisions, the topic's title, and where the post came from."""
        is_opening = post.number == 0
        if is_opening:
            store_title(self.s, topic.id, topic.title, topic.tags)
        texts = [
            (former.at, former.editor, former.body, former.title, former.tags) for former in one.post.former
        ]
        edited = one.post.edited_at if texts else None
        editor = one.post.editor if edited else one.post.author
        texts.append((edited or post.created_at, editor, one.writing.body, topic.title, tuple(topic.tags)))
        for number, (at, who, body, title, tags) in enumerate(texts, start=1):
            row = {"post_id": post.id, "revision": number, "topic_id": topic.id, "at": at, "body": body}
            meta = self._meta(title or topic.title, tags or ()) if is_opening else None
            self._revisions.append({**row, "editor_id": self._member(who), "meta": meta})
        self._map(*one.post.key, post.id, one.post.url, one.post.licence)
        self.taken["topics" if is_opening else SAID[one.post.key[0]]] += 1
        if one.post.former:
            self.taken["revisions"] += len(one.post.former)

    def _meta(self, title: str, tags: Sequence[str]) -> dict[str, object]:
        return {"title": one_line(title), "tags": tags_of(tags), "category_id": self.category_id}

    def _settle(self, topic: Topic, incoming: IncomingTopic, posts: Mapping[Key, Post]) -> None:
        """The topic's activity and answer, as the new posts make them."""
        last = max(posts.values(), key=lambda post: post.number or 0)
        topic.reply_count += sum(1 for post in posts.values() if post.number)
        topic.last_activity_at, topic.last_author_id = last.created_at, last.author_id
        tagged = update(TopicTag).where(TopicTag.topic_id == topic.id)
        self.s.execute(tagged.values(last_activity_at=last.created_at))
        answer = posts.get(incoming.answer) if incoming.answer else None
        if answer is not None and topic.answer_number is None:
            topic.answer_number = answer.number
            if answer.author_id is not None:
                self._members[answer.author_id]["answers"] += 1
        self.s.flush()

    def _count(self, topic: Topic, posts: Sequence[Post], *, is_new: bool) -> None:
        replies = [post for post in posts if post.number]
        if topic.hidden == 0:
            self._shared["category_replies", topic.category_id] += len(replies)
            self._shared["category_topics", topic.category_id] += is_new
        for post in posts:
            if post.author_id is not None:
                self._members[post.author_id]["replies" if post.number else "topics"] += 1

    def _tell(self, topic: Topic, posts: Sequence[Post], *, is_new: bool) -> None:
        """One event for a new topic, replies and all; one each for replies that come to a topic later.

        What comes to a topic that was hidden here is for moderators, like all that happens in it.
        """
        for post in posts[:1] if is_new else posts:
            outbox.emit(
                self.s,
                "topic.opened" if is_new else "post.created",
                actor_id=post.author_id,
                topic_id=topic.id,
                post_id=post.id,
                number=post.number,
                category_id=topic.category_id,
                audience=outbox.MODERATORS if topic.hidden else outbox.PUBLIC,
                version=topic.version if is_new else post.version,
                data={"imported": True},
                now=self.now,
            )

    def _member(self, one: Newcomer | None) -> int | None:
        return self.people.get(one.external_id) if one else None

    def _map(self, kind: str, external_id: str, id_: int, url: str, licence: str) -> None:
        row = {"source": self.source, "kind": kind, "external_id": external_id}
        self._mapped.append({**row, "id": id_, "url": url, "licence": licence})


Wave = list[tuple[PreparedPost, Key | None]]


def _waves(fresh: Sequence[PreparedPost], known: Container[Key], opening: Key) -> Iterator[Wave]:
    """Posts with the keys of what they answer, in groups whose parents are known or in a group before.

    A post whose parent was left answers the opening post instead.
    """
    here = {one.post.key for one in fresh}
    waiting: Wave = [
        (one, parent if parent is None or parent in known or parent in here else opening)
        for one in fresh
        for parent in [one.post.reply_to]
    ]
    done: set[Key] = set()
    while waiting:
        ready = [pair for pair in waiting if pair[1] is None or pair[1] in known or pair[1] in done]
        if not ready:  # posts that answer each other in a circle
            ready = [(one, None) for one, _ in waiting]
        yield ready
        done |= {one.post.key for one, _ in ready}
        waiting = [pair for pair in waiting if pair[0].post.key not in done]
