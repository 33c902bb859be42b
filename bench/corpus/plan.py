"""Who writes what, where and when, decided before anything is written, so that every counter is right from the start.

Arrays of numbers instead of objects: a million posts must fit beside the servers that will be measured.
"""

import random
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from api.topics.models import BY_AUTHOR, BY_MODERATOR

FIRST_DAY = datetime(2018, 1, 1, tzinfo=UTC)
LAST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
END = int((LAST_DAY - FIRST_DAY) / timedelta(microseconds=1))
# The longest topics, as shares of all posts.
GIANTS = (0.05, 0.02, 0.01)
PINNED = 3


@dataclass(frozen=True)
class Size:
    """How large a corpus is. Everything else follows from the number of posts."""

    posts: int
    seed: str = "parley"

    @property
    def users(self) -> int:
        return max(1_000, self.posts // 50)

    @property
    def tags(self) -> int:
        return min(1_000, max(40, self.posts // 300))

    @property
    def blocks(self) -> int:
        """Of each of the three kinds of language."""
        return min(8_000, max(60, self.posts // 50))


@dataclass
class Plan:
    """Everything about topics and posts but their texts. Ids begin with 1; index 0 of every array is not used.

    Times are microseconds since FIRST_DAY. `number` is the post's place in its topic.
    """

    size: Size
    # Of topics.
    category: array = field(default_factory=lambda: array("i", [0]))
    replies: array = field(default_factory=lambda: array("i", [0]))
    readable: array = field(default_factory=lambda: array("i", [0]))
    topic_hidden: bytearray = field(default_factory=lambda: bytearray(1))
    pinned: bytearray = field(default_factory=lambda: bytearray(1))
    locked: bytearray = field(default_factory=lambda: bytearray(1))
    answer: array = field(default_factory=lambda: array("i", [0]))
    opening: array = field(default_factory=lambda: array("q", [0]))
    opened_at: array = field(default_factory=lambda: array("q", [0]))
    active_at: array = field(default_factory=lambda: array("q", [0]))
    last_author: array = field(default_factory=lambda: array("i", [0]))
    tags: list[tuple[int, ...]] = field(default_factory=lambda: [()])
    # Of posts.
    topic: array = field(default_factory=lambda: array("i", [0]))
    number: array = field(default_factory=lambda: array("i", [0]))
    author: array = field(default_factory=lambda: array("i", [0]))
    written_at: array = field(default_factory=lambda: array("q", [0]))
    hidden: bytearray = field(default_factory=lambda: bytearray(1))
    # Where each topic's posts begin in `by_place`, which holds their ids in the order of their numbers.
    first: array = field(default_factory=lambda: array("q", [0]))
    by_place: array = field(default_factory=lambda: array("q"))

    @property
    def topics(self) -> int:
        return len(self.replies) - 1

    def post(self, topic: int, number: int) -> int:
        """The id of the post with this number in the topic."""
        return self.by_place[self.first[topic] + number]


class Zipf:
    """Draws 1 … n, the small ones most often."""

    def __init__(self, n: int, flattened: float) -> None:
        self._sums = list(accumulate(1 / (rank + flattened) for rank in range(1, n + 1)))

    def draw(self, dice: random.Random) -> int:
        return bisect_left(self._sums, dice.random() * self._sums[-1]) + 1


def make_plan(size: Size, categories: list[int]) -> Plan:
    """Decide everything. `categories` are the ids that topics go to, the favourite first."""
    plan = Plan(size)
    dice = random.Random(f"{size.seed} plan {size.posts}")
    _plan_topics(plan, dice, categories)
    _plan_posts(plan, dice)
    _plan_fates(plan, dice)
    return plan


def _plan_topics(plan: Plan, dice: random.Random, categories: list[int]) -> None:
    kinds, tags = Zipf(len(categories), 1.0), Zipf(plan.size.tags, 3.0)
    for replies in _sizes(plan.size.posts, dice):
        plan.replies.append(replies)
        plan.category.append(categories[kinds.draw(dice) - 1])
        plan.topic_hidden.append(BY_MODERATOR if dice.random() < 0.003 else 0)
        plan.locked.append(dice.random() < 0.01)
        plan.pinned.append(0)
        plan.tags.append(tuple(dict.fromkeys(tags.draw(dice) for _ in range(dice.choice((0, 1, 1, 2, 3))))))
    for topic in dice.sample(range(1, plan.topics + 1), min(PINNED, plan.topics)):
        plan.pinned[topic] = 1


def _sizes(posts: int, dice: random.Random) -> list[int]:
    """Replies of each topic: three giants, most have a handful or none, a Pareto tail between."""
    sizes = [int(posts * share) for share in GIANTS if posts * share >= 1]
    left = posts - sum(sizes) - len(sizes)
    while left > 0:
        size = int(dice.paretovariate(0.95)) - 1 if dice.random() < 0.75 else dice.randrange(8)
        size = min(size, max(20, posts // 200), left - 1)
        sizes.append(size)
        left -= size + 1
    dice.shuffle(sizes)
    return sizes


def _plan_posts(plan: Plan, dice: random.Random) -> None:
    """Ids in the order of time, so that a long topic's posts lie as scattered as they would in life."""
    moments: list[tuple[int, int]] = []
    giant = plan.size.posts * GIANTS[-1]
    for topic in range(1, plan.topics + 1):
        replies = plan.replies[topic]
        opened = int(END * (dice.random() * (0.3 if replies >= giant else 0.98)))
        # Most replies come soon; those of the giants never stop.
        power = 1 if replies >= giant else 4
        span = END - opened
        moments.append((opened, topic))
        moments.extend((opened + SECOND + int(span * dice.random() ** power), topic) for _ in range(replies))
    moments.sort()
    begin = 0
    for replies in plan.replies[1:]:
        plan.first.append(begin)
        begin += replies + 1
    plan.by_place.extend(array("q", bytes(8 * len(moments))))
    writers = Zipf(plan.size.users, plan.size.users / 50)
    seen = array("i", bytes(4 * (plan.topics + 1)))
    for moment, topic in moments:
        plan.topic.append(topic)
        plan.number.append(seen[topic])
        plan.author.append(writers.draw(dice))
        plan.written_at.append(moment)
        plan.by_place[plan.first[topic] + seen[topic]] = len(plan.topic) - 1
        plan.hidden.append(BY_AUTHOR if seen[topic] and dice.random() < 0.004 else 0)
        seen[topic] += 1


def _plan_fates(plan: Plan, dice: random.Random) -> None:
    """What follows for the topics: who spoke last, how many replies can be read, which one is the answer."""
    for values, code in ((plan.opening, "q"), (plan.opened_at, "q"), (plan.active_at, "q"),
                         (plan.last_author, "i"), (plan.readable, "i"), (plan.answer, "i")):  # fmt: skip
        values.extend(array(code, [0] * plan.topics))
    for post in range(1, len(plan.topic)):
        topic = plan.topic[post]
        if plan.number[post] == 0:
            plan.opening[topic], plan.opened_at[topic] = post, plan.written_at[post]
        elif plan.hidden[post]:
            continue
        else:
            plan.readable[topic] += 1
            if not plan.answer[topic] and dice.random() < 0.12:
                plan.answer[topic] = plan.number[post]
        plan.active_at[topic], plan.last_author[topic] = plan.written_at[post], plan.author[post]
