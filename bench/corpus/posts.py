"""The rows that belong to one post, ready for COPY. Each is a function of the plan, the blocks and the post's id."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from api.text import RENDERER_VERSION, language, lexemes
from api.text.markdown.plain import excerpt_of
from api.text.slugs import slugify
from api.topics.actions.writing import hot_rank
from bench.corpus.blocks import EN, MIXED, ZH, Block, block_of, title
from bench.corpus.members import tag_name
from bench.corpus.plan import FIRST_DAY, Plan, Zipf

TABLES: dict[str, tuple[str, ...]] = {
    "topics": (
        "id", "category_id", "author_id", "title", "slug", "lang", "excerpt", "tags", "hidden", "locked", "pinned",
        "answer_number", "last_number", "reply_count", "score", "hot", "last_activity_at", "last_author_id",
        "created_at", "edited_at", "version",
    ),
    "topic_views": ("topic_id", "n"),
    "topic_tags": ("topic_id", "tag_id", "last_activity_at", "created_at"),
    "topic_search": ("topic_id", "tsv"),
    "posts": (
        "id", "topic_id", "number", "author_id", "reply_to_id", "reply_to_number", "hidden", "up", "down", "lang",
        "revision", "version", "created_at", "edited_at",
    ),
    "post_texts": ("post_id", "topic_id", "body", "body_html", "plain", "renderer"),
    "post_search": ("post_id", "topic_id", "author_id", "created_at", "tsv"),
    "post_revisions": ("post_id", "revision", "topic_id", "editor_id", "at", "body", "meta"),
    "votes": ("user_id", "post_id", "topic_id", "value", "at"),
}  # fmt: skip
# Error numbers stand in every tenth post; there are so many different ones.
RARE_WORDS = 50_000
RARE_EVERY = 10
EDITED = 0.05


@dataclass
class Library:
    """The blocks of each language, and who votes."""

    blocks: Mapping[str, Sequence[Block]]
    voters: Zipf


@dataclass
class Text:
    """A post's text put together."""

    blocks: list[Block]
    body: str = field(init=False)
    html: str = field(init=False)
    plain: str = field(init=False)
    tsv: str = field(init=False)
    lang: str | None = field(init=False)

    def __post_init__(self) -> None:
        self.body = "\n\n".join(block.body for block in self.blocks)
        self.html = "".join(block.html for block in self.blocks)
        self.plain = "\n".join(block.plain for block in self.blocks)
        self.tsv = " ".join(frozenset().union(*(block.terms for block in self.blocks)))
        guessed = {block.lang for block in self.blocks}
        self.lang = guessed.pop() if len(guessed) == 1 else language.guess(self.plain)


def rare_word(post: int) -> str:
    """The error number that a post tells of, if it is one of those that do."""
    return f"e{100_000 + post // RARE_EVERY * 7_919 % RARE_WORDS}"


def text_of(library: Library, dice: random.Random, kind: str, post: int) -> Text:
    """A post of one to six blocks, never two special ones side by side."""
    n = min(6, 1 + int(dice.expovariate(0.8)))
    chosen: list[Block] = []
    for block in dice.choices(library.blocks[kind], k=n):
        if block.special and (not chosen or chosen[-1].special):
            continue
        chosen.append(block)
    if post % RARE_EVERY == 3 or not chosen:
        said = (
            f"它说的是错误 {rare_word(post)}。" if kind == ZH else f"What it says is error {rare_word(post)}."
        )
        chosen.append(block_of(said))
    return Text(chosen)


def kind_of(topic: int) -> str:
    """The language of a topic: 45 % Chinese, 45 % English, the rest both in one."""
    place = topic * 37 % 100
    return ZH if place < 45 else EN if place < 90 else MIXED


class Rows:
    """Collects the rows of some posts by table."""

    def __init__(self, plan: Plan, library: Library) -> None:
        self.plan, self.library = plan, library
        self.of: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}

    def add(self, post: int) -> None:
        """Everything that belongs to the post, and to its topic where it opens one."""
        plan = self.plan
        dice = random.Random(f"{plan.size.seed} post {post}")
        topic, number, author = plan.topic[post], plan.number[post], plan.author[post]
        at = _moment(plan.written_at[post])
        text = text_of(self.library, dice, kind_of(topic), post)
        up, down = self._vote(dice, post, topic, at)
        edited_at = at + timedelta(minutes=7) if dice.random() < EDITED else None
        parent = dice.randrange(1, number) if number > 1 and dice.random() < 0.2 else None
        self.of["posts"].append((
            post, topic, number, author, parent and plan.post(topic, parent), parent, plan.hidden[post], up, down,
            text.lang, 2 if edited_at else 1, 1 + bool(edited_at) + bool(plan.hidden[post]), at, edited_at,
        ))  # fmt: skip
        self.of["post_texts"].append((post, topic, text.body, text.html, text.plain, RENDERER_VERSION))
        self.of["post_search"].append((post, topic, author, at, text.tsv))
        meta = self._open(dice, post, text, up - down, edited_at) if number == 0 else None
        self._revise(post, text, at, edited_at, meta)

    def _vote(self, dice: random.Random, post: int, topic: int, at: datetime) -> tuple[int, int]:
        """The votes on a post: most have none, few have many."""
        many = min(int(dice.paretovariate(1.1)) - 1, self.plan.size.users // 4)
        voters = {self.library.voters.draw(dice) for _ in range(many)} - {self.plan.author[post]}
        down = 0
        for number, voter in enumerate(sorted(voters)):
            value = -1 if number % 9 == 8 else 1
            down += value < 0
            self.of["votes"].append((voter, post, topic, value, at))
        return len(voters) - down, down

    def _open(
        self, dice: random.Random, post: int, text: Text, score: int, edited_at: datetime | None
    ) -> dict[str, Any]:
        """The rows of the topic that the post opens; what its revision keeps of them."""
        plan, topic = self.plan, self.plan.topic[post]
        name = title(dice, kind_of(topic))
        tags = [tag_name(tag) for tag in plan.tags[topic]]
        at, active_at = _moment(plan.opened_at[topic]), _moment(plan.active_at[topic])
        answer = plan.answer[topic] or None
        self.of["topics"].append((
            topic, plan.category[topic], plan.author[post], name, slugify(name), text.lang, excerpt_of(text.plain),
            tags, plan.topic_hidden[topic], bool(plan.locked[topic]), bool(plan.pinned[topic]), answer,
            plan.replies[topic], plan.readable[topic], score, hot_rank(score, at), active_at,
            plan.last_author[topic], at, edited_at, 1 + bool(edited_at) + bool(answer),
        ))  # fmt: skip
        self.of["topic_views"].append((topic, (plan.replies[topic] + 1) * dice.randrange(5, 60)))
        self.of["topic_tags"] += [(topic, tag, active_at, at) for tag in plan.tags[topic]]
        self.of["topic_search"].append((topic, lexemes.tsvector(title_lexemes(name, tags))))
        return {"title": name, "tags": tags, "category_id": plan.category[topic]}

    def _revise(
        self, post: int, text: Text, at: datetime, edited_at: datetime | None, meta: dict[str, Any] | None
    ) -> None:
        topic, author = self.plan.topic[post], self.plan.author[post]
        former = "\n\n".join(block.body for block in text.blocks[:-1]) or "…" if edited_at else text.body
        self.of["post_revisions"].append((post, 1, topic, author, at, former, meta))
        if edited_at:
            self.of["post_revisions"].append((post, 2, topic, author, edited_at, text.body, meta))


def title_lexemes(name: str, tags: Sequence[str]) -> set[str]:
    """What topic_search holds of a title and its tags."""
    return {*lexemes.index(name), *tags, *(lexeme for tag in tags for lexeme in lexemes.index(tag))}


def _moment(microseconds: int) -> datetime:
    return FIRST_DAY + timedelta(microseconds=microseconds)
